export { createFaults, type Faults, type FaultsOptions } from './faults';
export { faultDefaults, readRules, type FaultRule, type ReadRules, type ResolvedRule } from './rules';
