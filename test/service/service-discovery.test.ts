import { createMemoryNetwork, makeInstance, memoryRegistry } from '../../src/discovery';
import { discoveryOf } from '../../src/service/service-discovery';
import { settle } from '../support/fake-clock';

test('shows who is known, and tells of changes', async () => {
  const registry = memoryRegistry({ network: createMemoryNetwork() });
  await registry.start();
  const discovery = discoveryOf(registry);
  const told: string[][] = [];
  const unwatch = discovery.watch('inventory', (instances) => void told.push(instances.map(({ id }) => id)));
  await registry.register(makeInstance({ id: 'a', service: 'inventory', host: 'a', port: 1 }), 'UP');
  await settle();
  expect(discovery.instances('inventory').map(({ id }) => id)).toEqual(['a']);
  expect(told.at(-1)).toEqual(['a']);
  unwatch();
  await registry.deregister();
  await settle();
  expect(told.at(-1)).toEqual(['a']);
  expect(discovery.instances('inventory')).toEqual([]);
  await registry.stop();
});

test('without a registry nobody is known', () => {
  const discovery = discoveryOf(undefined);
  expect(discovery.instances('inventory')).toEqual([]);
  expect(() => discovery.watch('inventory', () => undefined)()).not.toThrow();
});
