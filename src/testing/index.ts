export { type ContractCase } from './contract-case';
export { registryContract } from './registry-contract';
export { type RegistryHarness, type RegistryTraits, type SeededInstance } from './registry-harness';
export { transportContract } from './transport-contract';
export { type BuriedMessage, type TransportHarness, type TransportTraits } from './transport-harness';
