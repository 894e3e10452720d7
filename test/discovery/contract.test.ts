import { type Registry } from '../../src/discovery/contract';
import { createMemoryNetwork, makeInstance, memoryRegistry } from '../../src/discovery';

/** What a caller of another service may rely on; compiled by the type checker. */
async function addressOf(registry: Registry, service: string): Promise<string | undefined> {
  const { instances } = await registry.resolve(service, 1000);
  const first = instances[0];
  return first === undefined ? undefined : `${first.secure ? 'https' : 'http'}://${first.host}:${first.port}`;
}

test('a service is found through the contract alone', async () => {
  const registry = memoryRegistry({ network: createMemoryNetwork() });
  await registry.start();
  await registry.register(makeInstance({ service: 'inventory', host: '10.0.0.1', port: 8080 }), 'UP');
  await expect(addressOf(registry, 'inventory')).resolves.toBe('http://10.0.0.1:8080');
  await expect(addressOf(registry, 'pricing')).resolves.toBeUndefined();
  await registry.stop();
});
