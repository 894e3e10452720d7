import { registryContract } from '../../src/testing';
import { dnsHarness, dnsTraits, memoryHarness, memoryTraits, staticHarness, staticTraits } from './harnesses';

describe('memory', () => {
  for (const { name, run } of registryContract(memoryTraits, memoryHarness)) test(name, run);
});

describe('static', () => {
  for (const { name, run } of registryContract(staticTraits, staticHarness)) test(name, run);
});

describe('dns, SRV records', () => {
  for (const { name, run } of registryContract(dnsTraits, () => dnsHarness(true))) test(name, run);
});

describe('dns, addresses', () => {
  for (const { name, run } of registryContract(dnsTraits, () => dnsHarness(false))) test(name, run);
});
