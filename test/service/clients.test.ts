import { join } from 'node:path';
import { type KeelsonError } from '../../src/core';
import { makeInstance } from '../../src/discovery';
import { createService, type Service } from '../../src/service';
import { processRecord } from '../../src/service/process-record';
import { ask } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { endPrograms, runProgram } from '../support/program';

let log: CapturedLog;
const services: Service[] = [];
beforeEach(() => {
  log = captureLog();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  log.restore();
});

afterAll(endPrograms);

const token = 'only-for-this-test-0123';

function make(name: string, settings: Record<string, unknown> = {}): Service {
  const service = createService({
    name,
    version: '1.2.3',
    settings: {
      http: { port: 0, host: '127.0.0.1' },
      instance: { host: '127.0.0.1' },
      discovery: { kind: 'memory' },
      management: { token },
      ...settings,
    },
  });
  services.push(service);
  return service;
}

test('a service calls another by its name; request id, trace and deadline go along', async () => {
  const inventory = make('inventory');
  inventory.app.get('/stock/:sku', (req, res) => {
    const { requestId, traceId, deadline } = inventory.context();
    res.json({
      sku: req.params.sku,
      agent: req.get('user-agent'),
      requestId,
      traceId,
      deadline: deadline !== undefined,
    });
  });
  const shop = make('shop');
  const client = shop.client('inventory');
  shop.app.get('/', async (_req, res) => {
    res.json({ seen: await client.get('/stock/a-1'), traceId: shop.context().traceId });
  });
  await inventory.start();
  const { port } = await shop.start();
  const known = (): true | undefined => shop.discovery.instances('inventory').length === 1 || undefined;
  await eventually(known, 'the shop knows the inventory');
  const answer = await ask(port, '/', { headers: { 'x-request-id': 'req-7' } });
  const { seen, traceId } = JSON.parse(answer.body) as { seen: Record<string, unknown>; traceId: string };
  expect(seen).toEqual({ sku: 'a-1', agent: 'shop/1.2.3', requestId: 'req-7', traceId, deadline: true });
  const { body } = await ask(port, '/metrics');
  expect(body).toMatch(/http_client_request_duration_seconds_count{.*server_address="inventory".*} 1/);
});

test('an instance that stops is gone from the others at once', async () => {
  const inventory = make('inventory');
  const shop = make('shop');
  await Promise.all([inventory.start(), shop.start()]);
  shop.discovery.instances('inventory');
  await eventually(() => shop.discovery.instances('inventory').length === 1 || undefined, 'it is known');
  await inventory.stop();
  expect(shop.discovery.instances('inventory')).toEqual([]);
  await expect(shop.client('inventory', { retry: false }).get('/')).rejects.toMatchObject({ code: 'NO_INSTANCE' });
});

test('each name has one client, whose breaker is shown to those with access', async () => {
  const shop = make('shop');
  const client = shop.client('inventory', { timeoutMs: 500 });
  expect(shop.client('inventory')).toBe(client);
  expect(() => shop.client('inventory', { timeoutMs: 900 })).toThrow(/^client inventory: it has its options already/);
  const { port } = await shop.start();
  expect((await ask(port, '/circuitbreakers')).status).toBe(404);
  const { body } = await ask(port, '/circuitbreakers', { headers: { authorization: `Bearer ${token}` } });
  expect(JSON.parse(body)).toEqual({ circuitBreakers: [{ name: 'inventory', state: 'closed' }] });
});

test('a name without a registry is refused where it is asked for', () => {
  const shop = make('shop', { discovery: {} });
  expect(() => shop.client('inventory')).toThrow('set DISCOVERY or EUREKA_URL');
  expect(shop.client('http://127.0.0.1:1').name).toBe('127.0.0.1:1');
});

test('where nobody catches that, the process ends as by any invalid configuration: with the report and 78', async () => {
  const keelson = JSON.stringify(join(__dirname, '../../dist'));
  const program = runProgram(['-e', `require(${keelson}).createService({ name: 'shop' }).client('inventory')`]);
  expect(await program.ended).toMatchObject({ code: 78 });
  expect(program.stderr).toMatch(/^client inventory: .*set DISCOVERY or EUREKA_URL.*\n$/);
});

test('discovery is a detail of /health and counts neither there nor in readiness', async () => {
  const shop = make('shop');
  const { port } = await shop.start();
  const health = async (): Promise<true | undefined> => {
    const { body } = await ask(port, '/health', { headers: { authorization: `Bearer ${token}` } });
    const { components } = JSON.parse(body) as { components: Record<string, { status: string; details?: object }> };
    return components['discovery']?.details !== undefined || undefined;
  };
  await eventually(health, 'the details of discovery');
});

test('an error of a call that nobody handles is answered without what the other side said', async () => {
  const inventory = make('inventory');
  inventory.app.get('/', () => {
    throw Object.assign(new Error('internal'), { status: 404, expose: true });
  });
  const shop = make('shop');
  let cause: unknown;
  shop.app.get('/', async (_req, res) => {
    try {
      res.json(await shop.client('inventory').get('/'));
    } catch (error) {
      ({ cause } = error as KeelsonError);
      throw error;
    }
  });
  await inventory.start();
  const { port } = await shop.start();
  await eventually(() => shop.discovery.instances('inventory').length === 1 || undefined, 'it is known');
  const answer = await ask(port, '/');
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'HTTP_STATUS', service: 'inventory', status: 502 });
  expect(cause).toMatchObject({ status: 404 });
});

test('calls instances of its own zone, and others only when there is none', async () => {
  const [near, far] = ['near', 'far'].map((name) => {
    const service = make(name, { discovery: { kind: 'none' } });
    service.app.get('/', (_req, res) => res.json(name));
    return service;
  }) as [Service, Service];
  const ports = { near: (await near.start()).port, far: (await far.start()).port };
  const shop = make('shop', { eureka: { zone: 'near' } });
  await shop.start();
  const known = (service: string, zone: 'near' | 'far'): void => {
    const instance = makeInstance({ service, host: '127.0.0.1', port: ports[zone], zone });
    processRecord().network?.put({}, { instance, status: 'UP' });
  };
  known('inventory', 'near');
  known('inventory', 'far');
  known('elsewhere', 'far');
  const answers = async (name: string): Promise<unknown[]> => {
    const client = shop.client(name);
    const all: unknown[] = [];
    for (let i = 0; i < 12; i += 1) all.push(await client.get('/'));
    return [...new Set(all)];
  };
  await expect(answers('inventory')).resolves.toEqual(['near']);
  await expect(answers('elsewhere')).resolves.toEqual(['far']);
});
