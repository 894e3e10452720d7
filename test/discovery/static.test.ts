import { staticRegistry } from '../../src/discovery';

test('URLs become instances; one that is listed twice counts once', async () => {
  const registry = staticRegistry({
    services: {
      Inventory: ['http://h1:8080', 'https://h2', 'http://[::1]:81/', 'http://h1:8080'],
      pricing: [{ url: 'http://h3', zone: 'b', weight: 3, metadata: { build: '7' } }],
    },
  });
  expect(registry.kind).toBe('static');
  expect(registry.snapshot('inventory').instances).toEqual([]);
  await registry.start();
  const list = registry.snapshot('inventory').instances.map(({ host, port, secure }) => [host, port, secure]);
  expect(list.sort()).toEqual([
    ['::1', 81, false],
    ['h1', 8080, false],
    ['h2', 443, true],
  ]);
  expect(registry.snapshot('pricing').instances).toMatchObject([
    { host: 'h3', port: 80, zone: 'b', weight: 3, metadata: { build: '7' } },
  ]);
  await registry.stop();
});

test('a service that is not listed is known to have no instance', async () => {
  const registry = staticRegistry({ services: {} });
  await registry.start();
  await expect(registry.resolve('nobody', 1000)).resolves.toMatchObject({ instances: [] });
  expect(registry.snapshot('nobody').confirmedAt).toBeDefined();
  expect(registry.snapshot('__proto__').instances).toEqual([]);
});

test('all that cannot be an address is named at once, without its secrets', () => {
  const services = {
    a: ['h1:8080', '', 'ftp://h', 'http://user:hunter2@h'],
    b: ['http://h/path', 'http://h:99999'],
  };
  let message = '';
  try {
    staticRegistry({ services });
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retryable: false });
    message = (error as Error).message;
  }
  expect(message.match(/an instance of a/g)).toHaveLength(4);
  expect(message.match(/an instance of b/g)).toHaveLength(2);
  expect(message).toContain('must be a host and port and nothing more, not http://h/path');
  expect(message).not.toContain('hunter2');
});

test('nobody registers, and that is no fault', async () => {
  const registry = staticRegistry({ services: { a: ['http://h1'] } });
  await registry.start();
  const [self] = registry.snapshot('a').instances;
  await registry.register({ ...(self as NonNullable<typeof self>), id: 'x', host: 'h9' }, 'UP');
  await registry.setStatus('OUT_OF_SERVICE');
  await registry.deregister();
  expect(registry.snapshot('a').instances).toHaveLength(1);
  expect(registry.details()).toEqual({ services: { a: { instances: 1, ageMs: 0 } } });
});
