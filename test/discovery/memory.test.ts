import { createMemoryNetwork, makeInstance, memoryRegistry } from '../../src/discovery';

const instance = makeInstance({ service: 'a', host: 'h1', port: 80 });
const hosts = (registry: ReturnType<typeof memoryRegistry>): string[] =>
  registry.snapshot('a').instances.map(({ host }) => host);

test('services of one network see each other at once, those of another do not', async () => {
  const network = createMemoryNetwork();
  const [here, there, elsewhere] = [network, network, createMemoryNetwork()].map((one) =>
    memoryRegistry({ network: one }),
  ) as [ReturnType<typeof memoryRegistry>, ReturnType<typeof memoryRegistry>, ReturnType<typeof memoryRegistry>];
  await Promise.all([here.start(), there.start(), elsewhere.start()]);
  await here.register(instance, 'UP');
  expect([hosts(here), hosts(there), hosts(elsewhere)]).toEqual([['h1'], ['h1'], []]);
  expect(here.details()).toMatchObject({ registered: 'UP' });
  await here.stop();
  expect(hosts(there)).toEqual([]);
});

test('another registration of the same registry takes the place of the first', async () => {
  const registry = memoryRegistry({ network: createMemoryNetwork() });
  await registry.start();
  await registry.register(instance, 'UP');
  await registry.register(makeInstance({ service: 'a', host: 'h2', port: 80 }), 'UP');
  expect(hosts(registry)).toEqual(['h2']);
});

test('a registration before the start waits for it, for its signal or for the end', async () => {
  const registry = memoryRegistry({ network: createMemoryNetwork() });
  const ended: string[] = [];
  const controller = new AbortController();
  const first = registry.register(instance, 'STARTING').then(() => ended.push('start'));
  const second = registry.register(instance, 'STARTING', controller.signal).then(() => ended.push('signal'));
  controller.abort();
  await second;
  expect(ended).toEqual(['signal']);
  await registry.setStatus('UP');
  await registry.start();
  await first;
  expect(hosts(registry)).toEqual(['h1']);

  const never = memoryRegistry({ network: createMemoryNetwork() });
  const waiting = never.register(instance, 'UP');
  await never.stop();
  await waiting;
  await never.register(instance, 'UP');
  expect(hosts(never)).toEqual([]);
});
