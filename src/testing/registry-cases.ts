import assert from 'node:assert/strict';
import { makeInstance, type Registry, type Snapshot } from '../discovery';
import { type RegistryHarness, type RegistryTraits, type SeededInstance } from './registry-harness';

/** A case before it has a harness. */
export interface RegistryCase {
  readonly name: string;
  /** @default always */
  readonly when?: (traits: RegistryTraits) => boolean;
  readonly run: (harness: RegistryHarness) => Promise<void>;
}

export const two: readonly SeededInstance[] = Object.freeze([
  { host: '10.0.0.1', port: 8081 },
  { host: '10.0.0.2', port: 8081 },
]);

/** More than any answer takes, by whatever clock; a case that waits this long has failed. */
export const longMs = 60_000;

/** `host:port` of what is known, in its order. */
export function addresses({ instances }: Snapshot): string[] {
  return instances.map(({ host, port }) => `${host}:${port}`);
}

/** A registry that is started and has answered about `inventory`. */
export async function started(harness: RegistryHarness): Promise<Registry> {
  const registry = harness.create();
  registry.snapshot('inventory');
  await registry.start();
  await harness.settle();
  return registry;
}

export const lookingCases: readonly RegistryCase[] = [
  {
    name: 'before the start nothing is known and nothing is open',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = harness.create();
      assert.deepEqual(registry.snapshot('inventory'), { instances: [], confirmedAt: undefined });
      await harness.settle();
      assert.deepEqual(registry.snapshot('inventory').instances, []);
      assert.equal(harness.open(), 0, 'something is open before the start');
      await registry.stop();
    },
  },
  {
    name: 'what runs is known once the start is over, if it was asked about before',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = harness.create();
      registry.snapshot('inventory');
      await registry.start();
      assert.deepEqual(addresses(registry.snapshot('inventory')).sort(), ['10.0.0.1:8081', '10.0.0.2:8081']);
      assert.equal(typeof registry.snapshot('inventory').confirmedAt, 'number');
      await registry.stop();
    },
  },
  {
    name: 'a service that is asked about after the start is looked for, and can be waited for',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = harness.create();
      await registry.start();
      const waiting = registry.resolve('inventory', longMs);
      await harness.settle();
      assert.equal((await waiting).instances.length, 2);
      await registry.stop();
    },
  },
  {
    name: 'instances are whole, frozen, and told apart by their id',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const { instances } = registry.snapshot('inventory');
      assert.equal(new Set(instances.map(({ id }) => id)).size, 2);
      assert.ok(Object.isFrozen(registry.snapshot('inventory')) && Object.isFrozen(instances));
      for (const one of instances) {
        assert.ok(Object.isFrozen(one) && Object.isFrozen(one.metadata), 'an instance can be changed');
        assert.equal(one.service, 'inventory');
        assert.equal(typeof one.secure, 'boolean');
        assert.ok(one.weight >= 0);
      }
      await registry.stop();
    },
  },
  {
    name: 'names are compared without regard to case',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      assert.equal(registry.snapshot('INVENTORY').instances, registry.snapshot('inventory').instances);
      await registry.stop();
    },
  },
  {
    name: 'the list is the same object while nothing changes',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const { instances } = registry.snapshot('inventory');
      await harness.settle();
      await harness.settle();
      assert.equal(registry.snapshot('inventory').instances, instances);
      await registry.stop();
    },
  },
  {
    name: 'a service that nobody knows has no instance, and waiting for it ends',
    run: async (harness) => {
      const registry = harness.create();
      await registry.start();
      const waiting = registry.resolve('nobody', longMs);
      await harness.settle();
      assert.deepEqual((await waiting).instances, []);
      for (const odd of ['__proto__', 'constructor', '']) assert.deepEqual(registry.snapshot(odd).instances, []);
      await registry.stop();
    },
  },
  {
    name: 'waiting ends at once where there is no time, or the signal has aborted, or aborts',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = harness.create();
      assert.deepEqual((await registry.resolve('inventory', 0)).instances, []);
      assert.deepEqual((await registry.resolve('inventory', longMs, AbortSignal.abort())).instances, []);
      const controller = new AbortController();
      const waiting = registry.resolve('inventory', longMs, controller.signal);
      controller.abort();
      assert.deepEqual((await waiting).instances, []);
      assert.equal(harness.open(), 0, 'the waiting has left something open');
      await registry.stop();
    },
  },
  {
    name: 'details are plain data',
    run: async (harness) => {
      const registry = await started(harness);
      const details = registry.details();
      assert.deepEqual(JSON.parse(JSON.stringify(details)), details);
      assert.match(registry.kind, /^[a-z]+$/);
      await registry.stop();
    },
  },
];

/** An instance that registers, as its own service would say it. */
export const self = makeInstance({ id: 'self-1', service: 'inventory', host: '10.0.0.9', port: 8089 });
