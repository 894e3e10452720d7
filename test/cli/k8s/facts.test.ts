import { factsOf } from '../../../src/cli/k8s/facts';
import { web, worker } from './made';

test('a service with a route', () => {
  expect(factsOf(web())).toMatchObject({
    name: 'orders',
    version: '1.2.3',
    port: 3_000,
    managementPort: undefined,
    fixedPorts: {},
    hasRoutes: true,
    isWorker: false,
    hasMessaging: false,
    heldMessages: 0,
    maxBuffered: 0,
    components: 0,
    timeoutMs: 25_000,
    registers: false,
    registryLagMs: undefined,
    advice: [],
  });
});

test('a service that takes events and has no route is a worker; with a route it is none', () => {
  const service = worker({ messaging: { required: true } });
  const facts = factsOf(service);
  expect(facts).toMatchObject({ hasRoutes: false, isWorker: true, hasMessaging: true, brokerRequired: true });
  expect(facts.heldMessages).toBeGreaterThan(0);
  expect(facts.maxBuffered).toBe(33_554_432);
  service.app.get('/', () => undefined);
  expect(factsOf(service)).toMatchObject({ hasRoutes: true, isWorker: false });
});

test('a broker that is required but not used is not waited for', () => {
  expect(factsOf(web({ messaging: { required: true } })).brokerRequired).toBe(false);
});

test('components count', () => {
  const service = web();
  service.use({ name: 'db' }).use({ name: 'cache' });
  expect(factsOf(service).components).toBe(2);
});

test.each([
  [{ management: { port: 9_091 } }, 3_000, 9_091, {}],
  [{ management: { port: 3_000 } }, 3_000, undefined, {}],
  [{ http: { port: 0 } }, 3_000, undefined, { PORT: 3_000 }],
  [{ http: { port: 0 }, management: { port: 0 } }, 3_000, 9_090, { PORT: 3_000, MANAGEMENT_PORT: 9_090 }],
])('ports of %j', (settings, port, managementPort, fixedPorts) => {
  const facts = factsOf(web(settings));
  expect(facts).toMatchObject({ port, managementPort, fixedPorts });
  expect(facts.advice).toHaveLength(Object.keys(fixedPorts).length);
});

test('a service that registers with Eureka', () => {
  const eureka = { url: ['http://registry:8761/eureka'], fetchIntervalMs: 10_000 };
  expect(factsOf(web({ eureka }))).toMatchObject({ registers: true, registryLagMs: 40_000, advice: [] });
  expect(factsOf(web({ eureka, discovery: { kind: 'none' } }))).toMatchObject({ registers: false });
  expect(factsOf(web({ eureka, instance: { host: 'here' } })).advice).toEqual([
    expect.stringContaining('every pod tells the registry the same address'),
  ]);
});
