import { createMemoryNetwork, memoryRegistry, type Registry } from '../../src/discovery';
import { createHealth } from '../../src/health';
import { Membership } from '../../src/service/membership';
import { settle } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';

const identity = { name: 'inventory', version: '1.2.3', instance: 'inventory-a' };

async function prepare(registry: Registry = memoryRegistry({ network: createMemoryNetwork() })) {
  const health = createHealth();
  const log = new RecordingLogger();
  const membership = new Membership(registry, identity, health, log);
  await registry.start();
  health.setStarted();
  const known = async (): Promise<string[]> => {
    await settle();
    return registry.snapshot('inventory').instances.map(({ id, host, port }) => `${id} ${host}:${port}`);
  };
  return { health, log, membership, registry, known };
}

test('its status follows readiness', async () => {
  const { health, membership, known } = await prepare();
  membership.join({ host: '10.0.0.7', port: 8080 });
  await expect(known()).resolves.toEqual([]);
  health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  await expect(known()).resolves.toEqual(['inventory-a 10.0.0.7:8080']);
  health.setReadiness('REFUSING_TRAFFIC');
  await expect(known()).resolves.toEqual([]);
  health.setReadiness('ACCEPTING_TRAFFIC');
  await expect(known()).resolves.toEqual(['inventory-a 10.0.0.7:8080']);
});

test('is out of service while it drains, whatever readiness says, and gone afterwards', async () => {
  const { health, membership, registry, known } = await prepare();
  health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  membership.join({ host: '10.0.0.7', port: 8080 });
  expect(registry.details()).toMatchObject({ registered: 'UP' });
  membership.drain();
  await expect(known()).resolves.toEqual([]);
  expect(registry.details()).toMatchObject({ registered: 'OUT_OF_SERVICE' });
  health.setReadiness('REFUSING_TRAFFIC', 'lifecycle');
  health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  await expect(known()).resolves.toEqual([]);
  await membership.leave();
  expect(registry.details()).toMatchObject({ registered: 'no' });
  await membership.leave();
});

test('names an address that others can reach', async () => {
  const { health, membership, registry } = await prepare();
  health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  membership.join({ host: undefined, port: 8080 });
  await settle();
  const [self] = registry.snapshot('inventory').instances;
  expect(self).toMatchObject({ port: 8080, metadata: { version: '1.2.3' } });
  expect(self?.host).not.toBe('localhost');
});

test('a registry that refuses is told of in the log, and does no harm', async () => {
  const refusing = {
    start: () => Promise.resolve(),
    register: () => Promise.reject(new Error('no')),
    setStatus: () => Promise.reject(new Error('no')),
    deregister: () => Promise.resolve(),
  } as unknown as Registry;
  const { log, membership } = await prepare(refusing);
  membership.join({ host: 'a', port: 1 });
  membership.drain();
  await settle();
  await membership.leave();
  expect(log.lines.map(({ message }) => message)).toEqual(['The registry could not be told of this instance']);
});

test('who never joined has nothing to leave', async () => {
  const { membership, registry } = await prepare();
  const deregister = jest.spyOn(registry, 'deregister');
  await membership.leave();
  expect(deregister).not.toHaveBeenCalled();
});
