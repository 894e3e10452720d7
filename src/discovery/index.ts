export { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from './contract';
