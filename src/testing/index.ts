export { type ContractCase } from './contract-case';
export { registryContract } from './registry-contract';
export { type RegistryHarness, type RegistryTraits, type SeededInstance } from './registry-harness';
