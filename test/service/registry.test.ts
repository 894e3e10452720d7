import { createConfig, type Config } from '../../src/config';
import { noopLogger, systemClock } from '../../src/core';
import { makeInstance } from '../../src/discovery';
import { createMetrics } from '../../src/metrics';
import { processRecord } from '../../src/service/process-record';
import { createRegistry, registryKind } from '../../src/service/registry';
import { type ChassisValues } from '../../src/service/service';
import { chassisSettings } from '../../src/service/settings';

function configOf(env: Record<string, string>): Config<ChassisValues> {
  const schemas = [{ schema: chassisSettings, deriveEnv: true }];
  return createConfig({ schemas, env, argv: [] }) as unknown as Config<ChassisValues>;
}
const metrics = createMetrics({ service: { name: 'tested', version: '1', instance: 'one' } });
const make = (env: Record<string, string>) =>
  createRegistry(configOf(env), noopLogger, { clock: systemClock, metrics });

test.each([
  [{}, 'none'],
  [{ EUREKA_URL: 'http://registry:8761/eureka' }, 'eureka'],
  [{ DISCOVERY_STATIC: '{"a":["http://a:1"]}' }, 'static'],
  [{ DISCOVERY: 'none', EUREKA_URL: 'http://registry:8761/eureka' }, 'none'],
  [{ DISCOVERY: 'memory' }, 'memory'],
  [{ DISCOVERY: 'dns', DISCOVERY_DNS_SUFFIX: 'svc.cluster.local', DISCOVERY_DNS_PORT: '8080' }, 'dns'],
])('%p asks for %s', async (env, kind) => {
  expect(registryKind(configOf(env))).toBe(kind);
  const registry = make(env);
  expect(registry?.kind).toBe(kind === 'none' ? undefined : kind);
  await registry?.stop();
});

test('a static list is read from the settings', async () => {
  const registry = make({ DISCOVERY_STATIC: '{"inventory":["http://10.0.0.7:8080","http://10.0.0.8:8080"]}' });
  await registry?.start();
  expect(registry?.snapshot('inventory').instances.map(({ host }) => host)).toEqual(['10.0.0.7', '10.0.0.8']);
  await registry?.stop();
});

test.each([
  [{ DISCOVERY_STATIC: '{"inventory":["ftp://a"]}' }, 'inventory must be a URL'],
  [{ EUREKA_URL: 'registry' }, 'eureka: urls must be http:// or https:// URLs'],
])('%p is refused', (env, message) => {
  expect(() => make(env)).toThrow(message);
});

test('services of one process find each other in memory', async () => {
  const [one, other] = [make({ DISCOVERY: 'memory' }), make({ DISCOVERY: 'memory' })];
  await one?.start();
  await other?.start();
  await one?.register(makeInstance({ id: 'a', service: 'shop', host: 'a', port: 1 }), 'UP');
  expect(other?.snapshot('shop').instances.map(({ id }) => id)).toEqual(['a']);
  await one?.stop();
  await other?.stop();
  expect(processRecord().network?.up('shop')).toEqual([]);
});
