export {
  type AvailabilityState,
  type ComponentHealth,
  type Health,
  type HealthChange,
  type HealthReport,
  type HealthSummary,
  type LivenessState,
  type ProbeResult,
  type ReadinessState,
  type StateSource,
} from './contract';
export { eventLoopCheck, type EventLoopCheckOptions } from './event-loop-check';
export { createHealth } from './health';
export { healthFormat, type HealthFormat } from './health-format';
export {
  toHealthJson,
  type HealthJson,
  type HealthJsonCheck,
  type HealthJsonInfo,
  type HealthJsonStatus,
} from './health-json';
export { heapCheck, type HeapCheckOptions } from './heap-check';
export { toMicroProfile, type MicroProfileCheck, type MicroProfileHealth } from './micro-profile';
export { healthDefaults, type CheckOptions, type GroupName, type HealthDefaults, type HealthOptions } from './options';
export { openFilesCheck } from './open-files-check';
export { toSpringActuator, type SpringComponent, type SpringHealth } from './spring-actuator';
export { type HealthStatus } from './status';
