import { createMemoryNetwork, makeInstance } from '../../src/discovery';

const instance = makeInstance({ service: 'a', host: 'h1', port: 80 });

test('only those that are UP are given', () => {
  const network = createMemoryNetwork();
  const owner = {};
  network.put(owner, { instance, status: 'STARTING' });
  expect(network.up('a')).toEqual([]);
  network.put(owner, { instance, status: 'UP' });
  expect(network.up('A')).toEqual([instance]);
  network.put(owner, { instance, status: 'OUT_OF_SERVICE' });
  expect(network.up('a')).toEqual([]);
});

test('who was replaced cannot take the other out', () => {
  const network = createMemoryNetwork();
  const [first, second] = [{}, {}];
  network.put(first, { instance, status: 'UP' });
  network.put(second, { instance, status: 'UP' });
  network.remove(first, instance);
  expect(network.up('a')).toEqual([instance]);
  network.remove(second, instance);
  expect(network.up('a')).toEqual([]);
});

test('changes are told by the name of the service until that has ended', () => {
  const network = createMemoryNetwork();
  const told: string[] = [];
  const end = network.onChange((service) => told.push(service));
  const owner = {};
  network.put(owner, { instance, status: 'UP' });
  network.remove({}, instance);
  network.remove(owner, instance);
  end();
  network.put(owner, { instance, status: 'UP' });
  expect(told).toEqual(['a', 'a']);
});
