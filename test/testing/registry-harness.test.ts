import { type RegistryHarness } from '../../src/testing';
import { dnsHarness, memoryHarness, staticHarness } from '../discovery/harnesses';

const all: [string, () => RegistryHarness | Promise<RegistryHarness>][] = [
  ['memory', memoryHarness],
  ['static', staticHarness],
  ['dns', () => dnsHarness(false)],
];

test.each(all)('what the %s harness seeds is what a registry of it finds', async (_name, make) => {
  const harness = await make();
  await harness.seed('inventory', [{ host: '10.0.0.1', port: 8081 }]);
  const registry = harness.create();
  registry.snapshot('inventory');
  await registry.start();
  await harness.settle();
  expect(registry.snapshot('inventory').instances).toMatchObject([{ host: '10.0.0.1', port: 8081 }]);
  await registry.stop();
  expect(harness.open()).toBe(0);
  await harness.dispose?.();
});
