import assert from 'node:assert/strict';
import { type Snapshot } from '../discovery';
import { addresses, longMs, started, two, type RegistryCase } from './registry-cases';

/** Watching, and what the world behind does. */
export const changeCases: readonly RegistryCase[] = [
  {
    name: 'a watcher is told once soon with what is known',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const told: Snapshot[] = [];
      const end = registry.watch('Inventory', (snapshot) => told.push(snapshot));
      assert.equal(told.length, 0, 'told before watch() has returned');
      await harness.settle();
      assert.deepEqual(
        told.map(({ instances }) => instances.length),
        [2],
      );
      end();
      end();
      await registry.stop();
    },
  },
  {
    name: 'a watcher that throws harms nobody',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      let told = 0;
      registry.watch('inventory', () => {
        throw new Error('thrown by a listener');
      });
      registry.watch('inventory', () => (told += 1));
      await harness.settle();
      assert.equal(told, 1);
      await registry.stop();
    },
  },
  {
    name: 'who comes follows, who goes leaves, who stays keeps its place',
    when: ({ changes }) => changes,
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const before = registry.snapshot('inventory').instances;
      await harness.seed('inventory', [{ host: '10.0.0.0', port: 8081 }, ...two]);
      await harness.settle();
      const after = registry.snapshot('inventory').instances;
      assert.deepEqual(after.slice(0, 2), before);
      assert.equal(after[0], before[0], 'an instance that has not changed is another object');
      assert.deepEqual(after.map(({ host }) => host).slice(2), ['10.0.0.0']);
      await harness.seed('inventory', two.slice(1));
      await harness.settle();
      assert.deepEqual(addresses(registry.snapshot('inventory')), ['10.0.0.2:8081']);
      await registry.stop();
    },
  },
  {
    name: 'a watcher is told of changes, and of nothing after it has ended',
    when: ({ changes }) => changes,
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const told: number[] = [];
      const end = registry.watch('inventory', ({ instances }) => told.push(instances.length));
      await harness.settle();
      await harness.settle();
      await harness.seed('inventory', two.slice(1));
      await harness.settle();
      assert.deepEqual(told, [2, 1]);
      end();
      await harness.seed('inventory', two);
      await harness.settle();
      assert.deepEqual(told, [2, 1]);
      await registry.stop();
    },
  },
  {
    name: 'an answer that is suddenly empty does not empty the list',
    when: ({ holds }) => holds,
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      await harness.seed('inventory', []);
      await harness.settle();
      assert.equal(registry.snapshot('inventory').instances.length, 2);
      await registry.stop();
    },
  },
  {
    name: 'after the stop what was known can be looked at, nobody is told, nothing is open, and a second one is fine',
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      let told = 0;
      registry.watch('inventory', () => (told += 1));
      await harness.settle();
      await registry.stop();
      await registry.stop(AbortSignal.abort());
      assert.equal(harness.open(), 0, 'the stop has left something open');
      assert.equal(registry.snapshot('inventory').instances.length, 2);
      assert.deepEqual((await registry.resolve('pricing', longMs)).instances, []);
      await harness.settle();
      assert.equal(told, 1);
    },
  },
  {
    name: 'a stop without a start is fine, and a start after it opens nothing',
    run: async (harness) => {
      const registry = harness.create();
      registry.snapshot('inventory');
      await registry.stop();
      await registry.start();
      await harness.settle();
      assert.equal(harness.open(), 0);
    },
  },
];

/** What is behind the adapter is away. */
export const outageCases: readonly RegistryCase[] = [
  {
    name: 'away after the start: what was known stays, and who is new is known when it is back',
    when: ({ changes, fails }) => changes && fails,
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      const before = registry.snapshot('inventory').instances;
      await harness.reachable?.(false);
      for (let i = 0; i < 5; i++) await harness.settle();
      assert.equal(registry.snapshot('inventory').instances, before);
      await harness.reachable?.(true);
      await harness.seed('inventory', [...two, { host: '10.0.0.3', port: 8081 }]);
      await harness.settle();
      // Who is missing now may have gone, or the registry was restarted and fills up: an adapter may wait before it believes that.
      assert.deepEqual(addresses(registry.snapshot('inventory')), ['10.0.0.1:8081', '10.0.0.2:8081', '10.0.0.3:8081']);
      await registry.stop();
    },
  },
  {
    name: 'away at the start: the start ends with its signal, and what runs is found when it is back',
    when: ({ fails }) => fails,
    run: async (harness) => {
      await harness.seed('inventory', two);
      await harness.reachable?.(false);
      const registry = harness.create();
      registry.snapshot('inventory');
      const controller = new AbortController();
      const start = registry.start(controller.signal);
      controller.abort();
      await start;
      await harness.settle();
      assert.deepEqual(registry.snapshot('inventory').instances, []);
      await harness.reachable?.(true);
      await harness.settle();
      assert.equal(registry.snapshot('inventory').instances.length, 2);
      await registry.stop();
    },
  },
  {
    name: 'away at the stop: it is not waited for',
    when: ({ fails }) => fails,
    run: async (harness) => {
      await harness.seed('inventory', two);
      const registry = await started(harness);
      await harness.reachable?.(false);
      await registry.stop(AbortSignal.abort());
      assert.equal(harness.open(), 0);
    },
  },
];
