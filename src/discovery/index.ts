export { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from './contract';
export { holdRule, judge, type Doubt, type HoldRule, type Judgement } from './hold';
