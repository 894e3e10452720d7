import assert from 'node:assert/strict';
import { type InstanceStatus, type Registry } from '../discovery';
import { addresses, self, started, type RegistryCase } from './registry-cases';
import { type RegistryHarness } from './registry-harness';

const registers: RegistryCase['when'] = (traits) => traits.registers;

/** Two registries: one that registers, and another process's that looks. */
async function pair(
  harness: RegistryHarness,
): Promise<{ own: Registry; seen: () => Promise<string[]>; stop: () => Promise<void> }> {
  const own = await started(harness);
  const other = await started(harness);
  const seen = async (): Promise<string[]> => {
    await harness.settle();
    return addresses(other.snapshot('inventory'));
  };
  const stop = async (): Promise<void> => {
    await own.stop();
    await other.stop();
  };
  return { own, seen, stop };
}

/** This process makes itself known. */
export const registrationCases: readonly RegistryCase[] = [
  {
    name: 'who registers UP is found by others',
    when: registers,
    run: async (harness) => {
      const { own, seen, stop } = await pair(harness);
      const registered = own.register(self, 'UP');
      assert.deepEqual(await seen(), ['10.0.0.9:8089']);
      await registered;
      await stop();
    },
  },
  ...(['STARTING', 'OUT_OF_SERVICE'] as const satisfies readonly InstanceStatus[]).map((status): RegistryCase => ({
    name: `who is ${status} is not found, until it is UP`,
    when: registers,
    run: async (harness) => {
      const { own, seen, stop } = await pair(harness);
      const registered = own.register(self, status);
      assert.deepEqual(await seen(), []);
      await registered;
      const told = own.setStatus('UP');
      assert.deepEqual(await seen(), ['10.0.0.9:8089']);
      await told;
      await stop();
    },
  })),
  {
    name: 'a registration before the start is told at the start, with the last status',
    when: registers,
    run: async (harness) => {
      const own = harness.create();
      const registered = own.register(self, 'STARTING');
      const told = own.setStatus('UP');
      own.snapshot('inventory');
      await own.start();
      await harness.settle();
      await registered;
      await told;
      const other = await started(harness);
      assert.deepEqual(addresses(other.snapshot('inventory')), ['10.0.0.9:8089']);
      await own.stop();
      await other.stop();
    },
  },
  {
    name: 'a registration that cannot be told ends with its signal',
    when: registers,
    run: async (harness) => {
      const own = harness.create();
      const controller = new AbortController();
      const registered = own.register(self, 'UP', controller.signal);
      controller.abort();
      await registered;
      await own.register(self, 'UP', AbortSignal.abort());
      await own.stop();
      assert.equal(harness.open(), 0);
    },
  },
  {
    name: 'a status without a registration does nothing',
    when: registers,
    run: async (harness) => {
      const { own, seen, stop } = await pair(harness);
      await own.setStatus('UP');
      assert.deepEqual(await seen(), []);
      await stop();
    },
  },
  {
    name: 'an adapter that cannot register says yes to everything and does nothing',
    when: (traits) => !traits.registers,
    run: async (harness) => {
      const registry = await started(harness);
      await registry.register(self, 'UP');
      await registry.setStatus('OUT_OF_SERVICE');
      await registry.deregister();
      await harness.settle();
      assert.deepEqual(registry.snapshot('inventory').instances, []);
      await registry.stop();
    },
  },
  {
    name: 'a stop takes this process out of the registry',
    when: registers,
    run: async (harness) => {
      const own = await started(harness);
      const registered = own.register(self, 'UP');
      await harness.settle();
      await registered;
      await own.stop();
      // A registry that has never known it: one that has may doubt that it is gone.
      const other = await started(harness);
      assert.deepEqual(addresses(other.snapshot('inventory')), []);
      await other.stop();
      assert.equal(harness.open(), 0);
    },
  },
  {
    name: 'who has deregistered is out, as often as it says so, and may come again',
    when: registers,
    run: async (harness) => {
      const own = await started(harness);
      const first = own.register(self, 'UP');
      await harness.settle();
      await first;
      await own.deregister();
      await own.deregister();
      const other = await started(harness);
      assert.deepEqual(addresses(other.snapshot('inventory')), []);
      const again = own.register(self, 'UP');
      await harness.settle();
      await again;
      assert.deepEqual(addresses(other.snapshot('inventory')), ['10.0.0.9:8089']);
      await own.stop();
      await other.stop();
    },
  },
];
