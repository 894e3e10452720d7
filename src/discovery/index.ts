export { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from './contract';
export { holdRule, judge, type Doubt, type HoldRule, type Judgement } from './hold';
export { makeInstance, type InstanceFacts } from './instance';
export { memoryRegistry, type MemoryRegistryOptions } from './memory';
export { createMemoryNetwork, type MemoryNetwork, type Registration } from './memory-network';
export { staticRegistry, type StaticInstance, type StaticRegistryOptions } from './static';
