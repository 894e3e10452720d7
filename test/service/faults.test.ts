import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isKeelsonError } from '../../src/core';
import { createMemoryBroker, defineEvent, memoryTransport } from '../../src/messaging';
import { createService, type Service } from '../../src/service';
import { ask } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { type Collector, startCollector } from '../tracing/support/collector';

const placed = defineEvent<number>('order.placed');

let log: CapturedLog;
const services: Service[] = [];
/** Variables that tests set. */
const variables = [
  'NODE_ENV',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_TRACES_SAMPLER',
  'FAULTS_ENABLED',
  'FAULTS_MAX_RATIO',
  'FAULTS_RULES',
];
const before = variables.map((name) => [name, process.env[name]] as const);
beforeEach(() => {
  log = captureLog();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  log.restore();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

interface Rule {
  readonly port: string;
  readonly fault: string;
  readonly [member: string]: unknown;
}

function make(name: string, rules: readonly Rule[], faults: Record<string, unknown> = {}, more = {}): Service {
  const service = createService({
    name,
    version: '1.2.3',
    settings: {
      http: { port: 0, host: '127.0.0.1' },
      faults: { enabled: true, maxRatio: 1, rules, ...faults },
      ...more,
    },
    messaging: { transport: memoryTransport({ broker: createMemoryBroker() }) },
  });
  services.push(service);
  return service;
}

/** What 30 requests in a row come to, at a service of its own. */
async function statuses(seed: number): Promise<number[]> {
  const rules = [
    { port: 'http', fault: 'status', route: '/orders/:id', ratio: 0.4 },
    { port: 'http', fault: 'status', status: 500, method: 'GET', ratio: 0.2 },
  ];
  const service = make('shop', rules, { seed });
  service.app.get('/orders/:id', (_req, res) => res.json({}));
  const { port } = await service.start();
  const seen: number[] = [];
  for (let i = 0; i < 30; i += 1) seen.push((await ask(port, `/orders/${i}`)).status);
  return seen;
}

test('the same seed gives the same sequence, another seed another', async () => {
  const once = await statuses(7);
  expect(await statuses(7)).toEqual(once);
  expect(await statuses(8)).not.toEqual(once);
  expect(new Set(once)).toEqual(new Set([200, 500, 503]));
}, 20_000);

test('probes and the scrape are left alone; the scrape counts, and the log warned', async () => {
  const service = make('shop', [{ port: 'http', fault: 'status', name: 'all-ill', ratio: 1 }]);
  service.app.get('/a', (_req, res) => res.json({}));
  const { port } = await service.start();
  expect((await ask(port, '/a')).status).toBe(503);
  for (const path of ['/livez', '/readyz', '/startupz', '/health', '/info']) {
    expect((await ask(port, path)).status).toBe(200);
  }
  const { body } = await ask(port, '/metrics');
  expect(body).toContain('keelson_faults_injected_total{port="http",fault="status",rule="all-ill"} 1');
  expect(log.named('faults are injected on purpose, by a rule')).toMatchObject([
    { level: 'warn', logger: 'faults', rule: 'all-ill', port: 'http', fault: 'status', ratio: 1, seed: 1 },
  ]);
});

test.each([
  ['they are off', { enabled: false }],
  ['there are no rules', { rules: [] }],
])('where %s nothing happens', async (_why, faults) => {
  const service = make('shop', [{ port: 'http', fault: 'status', ratio: 1 }], faults);
  service.app.get('/a', (_req, res) => res.json({}));
  const { port } = await service.start();
  expect((await ask(port, '/a')).status).toBe(200);
  expect((await ask(port, '/metrics')).body).not.toContain('keelson_faults');
});

test('where they are off, nothing of them is loaded', () => {
  const loaded = (settings: object): unknown => {
    const program = `
      const { createService } = require('./dist/index.js');
      createService({ name: 'shop', settings: ${JSON.stringify(settings)} });
      console.log(Object.keys(require.cache).some((file) => /dist.faults.index/.test(file)));`;
    const cwd = join(__dirname, '../..');
    return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd }));
  };
  expect(loaded({})).toBe(false);
  expect(loaded({ faults: { enabled: true, rules: [{ port: 'http', fault: 'delay' }] } })).toBe(true);
}, 20_000);

test.each([
  ['NODE_ENV', 'production'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=production'],
])('production refuses: %s=%s', (name, value) => {
  process.env[name] = value;
  const refused = (): unknown => make('shop', [{ port: 'http', fault: 'hang' }]);
  expect(refused).toThrow(/faults\.enabled: expected false in production, which this is by /);
  try {
    refused();
  } catch (error) {
    expect(isKeelsonError(error, 'CONFIG_INVALID')).toBe(true);
  }
});

test('rules come from the environment as JSON', async () => {
  process.env['FAULTS_ENABLED'] = 'true';
  process.env['FAULTS_MAX_RATIO'] = '1';
  process.env['FAULTS_RULES'] = '[{"port":"http","fault":"status","status":500,"ratio":1,"times":1}]';
  const service = createService({ name: 'shop', settings: { http: { port: 0, host: '127.0.0.1' } } });
  services.push(service);
  service.app.get('/a', (_req, res) => res.json({}));
  const { port } = await service.start();
  expect([(await ask(port, '/a')).status, (await ask(port, '/a')).status]).toEqual([500, 200]);
});

test('a message whose handling failed on purpose is handled again and arrives; one that is duplicated is skipped', async () => {
  const rules = [
    { port: 'consume', fault: 'fail', type: 'order.placed', headers: { 'x-case': 'fail' }, ratio: 1, times: 1 },
    { port: 'publish', fault: 'duplicate', type: 'order.*', headers: { 'x-case': 'twice' }, ratio: 1 },
  ];
  const service = make('shop', rules);
  const handled: unknown[] = [];
  service.messaging.subscribe(placed, ({ data, attempt }) => void handled.push([data, attempt]), {
    retry: { delaysMs: [10] },
  });
  const { port } = await service.start();
  await service.messaging.publish(placed, 1, { headers: { 'X-Case': 'fail' } });
  await service.messaging.publish(placed, 2, { headers: { 'X-Case': 'twice' } });
  await eventually(() => handled.length === 2 || undefined, 'both are handled');
  expect(handled).toEqual([
    [2, 1],
    [1, 2],
  ]);
  const { body } = await ask(port, '/metrics');
  expect(body).toMatch(/messaging_duplicate_messages_total\{[^}]*order\.placed[^}]*\} 1/);
  expect(body).toMatch(/messaging_retried_messages_total\{[^}]*order\.placed[^}]*\} 1/);
});

test('a client and the registry behind it meet theirs', async () => {
  const rules = [
    { port: 'registry', fault: 'empty', peer: 'stock', ratio: 1, times: 1 },
    { port: 'client', fault: 'refuse', peer: 'stock', method: 'POST', ratio: 1, times: 1 },
  ];
  const stock = createService({
    name: 'stock',
    settings: { http: { port: 0, host: '127.0.0.1' }, instance: { host: '127.0.0.1' }, discovery: { kind: 'memory' } },
  });
  services.push(stock);
  stock.app.post('/items', (_req, res) => res.json({ left: 2 }));
  await stock.start();
  const shop = make('shop', rules, {}, { discovery: { kind: 'memory' }, instance: { host: '127.0.0.1' } });
  await shop.start();
  const client = shop.client('stock', { retry: false });
  await expect(client.post('/items')).rejects.toMatchObject({ code: 'NO_INSTANCE' });
  await expect(client.post('/items')).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    details: { reason: 'ECONNREFUSED' },
  });
  expect(await client.post('/items')).toEqual({ left: 2 });
}, 20_000);

interface SentSpan {
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** What the spans that arrived say of faults, by their names. */
function faultsIn({ requests }: Collector): Record<string, Record<string, string | undefined>> {
  const spans = requests.flatMap(({ body }) =>
    (JSON.parse(body).resourceSpans as { scopeSpans: { spans: SentSpan[] }[] }[]).flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    ),
  );
  const said = spans.map(({ name, attributes }) => {
    const about = attributes.filter(({ key }) => key.startsWith('keelson.fault'));
    return [name, Object.fromEntries(about.map(({ key, value }) => [key, value.stringValue]))] as const;
  });
  return Object.fromEntries(said);
}

describe('spans', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  test('carry the fault and its rule', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
    process.env['OTEL_TRACES_SAMPLER'] = 'always_on';
    const rules = [
      { port: 'http', fault: 'status', name: 'ill', ratio: 1, route: '/a' },
      { port: 'publish', fault: 'reject', name: 'full', ratio: 1 },
    ];
    const service = make('shop', rules);
    service.app.get('/b', async (_req, res) => {
      await service.messaging.publish(placed, 1).catch(() => undefined);
      res.json({});
    });
    const { port } = await service.start();
    await ask(port, '/a');
    await ask(port, '/b');
    await service.stop();
    expect(faultsIn(collector)).toEqual({
      GET: { 'keelson.fault': 'status', 'keelson.fault.rule': 'ill' },
      'publish order.placed': { 'keelson.fault': 'reject', 'keelson.fault.rule': 'full' },
      'GET /b': {},
    });
  });
});
