import { join } from 'node:path';
import { isKeelsonError } from '../../src/core';
import {
  createMemoryBroker,
  defineCommand,
  defineEvent,
  memoryTransport,
  type MemoryBroker,
} from '../../src/messaging';
import { createService, type Service } from '../../src/service';
import { ask } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { endPrograms, runProgram } from '../support/program';

interface Order {
  readonly id: string;
}
const orderPlaced = defineEvent<Order>('order.placed');
const reserve = defineCommand<Order, { readonly left: number }>('stock.reserve');

let log: CapturedLog;
let broker: MemoryBroker;
const services: Service[] = [];
beforeEach(() => {
  log = captureLog();
  broker = createMemoryBroker();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  log.restore();
});

afterAll(endPrograms);

function make(name: string, settings: Record<string, unknown> = {}): Service {
  const service = createService({
    name,
    version: '1.2.3',
    settings: { http: { port: 0, host: '127.0.0.1' }, management: { token: 'only-for-this-test' }, ...settings },
    messaging: { transport: memoryTransport({ broker }) },
  });
  services.push(service);
  return service;
}

test('an event reaches each group once, with the trace and the request it was published in', async () => {
  const seen: unknown[] = [];
  const shop = make('shop');
  const billing = make('billing');
  const shipping = make('shipping');
  for (const service of [billing, shipping]) {
    service.messaging.subscribe(orderPlaced, ({ data, source }) => {
      const { traceId, requestId, deadline } = service.context();
      seen.push({ by: service.name, data, source, traceId, requestId, deadline });
    });
  }
  shop.app.get('/', async (_req, res) => {
    await shop.messaging.publish(orderPlaced, { id: 'o-1' });
    res.json({ traceId: shop.context().traceId });
  });
  await Promise.all([billing.start(), shipping.start()]);
  const { port } = await shop.start();
  const answer = await ask(port, '/', { headers: { 'x-request-id': 'req-7' } });
  await eventually(() => seen.length === 2 || undefined, 'both groups have it');
  const { traceId } = JSON.parse(answer.body) as { traceId: string };
  const same = { data: { id: 'o-1' }, source: 'shop', traceId, requestId: 'req-7', deadline: undefined };
  expect(seen).toEqual(
    expect.arrayContaining([
      { by: 'billing', ...same },
      { by: 'shipping', ...same },
    ]),
  );
});

test('a command is answered, and its handler has the deadline of the request that sent it', async () => {
  const stock = make('stock');
  let left: number | undefined;
  stock.messaging.handle(reserve, () => {
    const { deadline } = stock.context();
    left = deadline === undefined ? undefined : deadline - Date.now();
    return { left: 3 };
  });
  const shop = make('shop');
  shop.app.get('/', async (_req, res) => {
    res.json(await shop.messaging.send(reserve, { id: 'o-1' }));
  });
  await stock.start();
  const { port } = await shop.start();
  await eventually(() => broker.queues().find(({ consumers }) => consumers === 1), 'the handler is there');
  const answer = await ask(port, '/', { headers: { 'keelson-timeout-ms': '5000' } });
  expect(JSON.parse(answer.body)).toEqual({ left: 3 });
  expect(left).toBeLessThanOrEqual(5_000);
  expect(left).toBeGreaterThan(0);
});

test('nothing is taken before the service is ready, nor while it is not', async () => {
  const seen: string[] = [];
  const billing = make('billing');
  billing.messaging.subscribe(orderPlaced, ({ data }) => void seen.push(data.id));
  const shop = make('shop');
  void shop.messaging;
  await shop.start();
  await expect(shop.messaging.publish(orderPlaced, { id: 'o-0' })).rejects.toMatchObject({
    code: 'PUBLISH_UNROUTABLE',
  });
  await billing.start();
  await eventually(() => broker.queues().find(({ consumers }) => consumers === 1), 'billing takes');

  billing.health.setReadiness('REFUSING_TRAFFIC', 'service');
  await eventually(() => broker.queues().find(({ consumers }) => consumers === 0), 'billing takes no more');
  await shop.messaging.publish(orderPlaced, { id: 'o-1' });
  expect(broker.queues()).toMatchObject([{ name: 'order.placed.billing', ready: 1 }]);
  expect(seen).toEqual([]);
  billing.health.setReadiness('ACCEPTING_TRAFFIC', 'service');
  await eventually(() => seen.length === 1 || undefined, 'the event is handled');
});

test('a stop waits for the message in hand and gives back what was not begun', async () => {
  const billing = make('billing', { messaging: { concurrency: 1 } });
  const handled: string[] = [];
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  billing.messaging.subscribe(orderPlaced, async ({ data }) => {
    await gate;
    handled.push(data.id);
  });
  await billing.start();
  const shop = make('shop');
  await shop.start();
  for (const id of ['o-1', 'o-2']) await shop.messaging.publish(orderPlaced, { id });
  await eventually(() => broker.queues().find(({ unacked }) => unacked === 2), 'both are in hand');
  const stopped = billing.stop();
  go();
  await stopped;
  expect(handled).toEqual(['o-1']);
  expect(broker.queues()).toMatchObject([{ ready: 1, unacked: 0, consumers: 0 }]);
});

test('a handler that outlives the stop is cut, and its message is kept', async () => {
  const billing = make('billing', { shutdown: { timeoutMs: 200 } });
  let reason: unknown;
  billing.messaging.subscribe(orderPlaced, ({ signal }) => {
    const cut = new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject((reason = signal.reason as Error)));
    });
    return cut;
  });
  await billing.start();
  const shop = make('shop');
  await shop.start();
  await shop.messaging.publish(orderPlaced, { id: 'o-1' });
  await eventually(() => broker.queues().find(({ unacked }) => unacked === 1), 'it is in hand');
  await billing.stop();
  expect(isKeelsonError(reason, 'STOPPED')).toBe(true);
  expect(broker.queues()).toMatchObject([{ ready: 1, deadLetters: 0, delayed: 0 }]);
});

test('/health tells of the consumers to whoever has access', async () => {
  const billing = make('billing');
  billing.messaging.subscribe(orderPlaced, () => undefined);
  const { port } = await billing.start();
  const found = await eventually(async () => {
    const { body } = await ask(port, '/health', { headers: { authorization: 'Bearer only-for-this-test' } });
    const { components } = JSON.parse(body) as { components: { messaging: { details: { consumers: object[] } } } };
    return components.messaging.details.consumers[0];
  }, 'a consumer');
  expect(found).toMatchObject({ name: 'order.placed', group: 'billing', running: 0 });
});

test('services of one process reach each other when nothing is configured', async () => {
  const quiet = { http: { port: 0, host: '127.0.0.1' } };
  const [shop, billing] = ['shop', 'billing'].map((name) => createService({ name, version: '1.2.3', settings: quiet }));
  services.push(shop as Service, billing as Service);
  const seen: string[] = [];
  billing?.messaging.subscribe(defineEvent<Order>('parcel.sent'), ({ data }) => void seen.push(data.id));
  await billing?.start();
  await shop?.start();
  await shop?.messaging.publish(defineEvent<Order>('parcel.sent'), { id: 'p-1' });
  await eventually(() => seen.length === 1 || undefined, 'the event is handled');
});

test('an unknown broker does not keep a service from starting, unless it is required', async () => {
  const away = { messaging: { url: ['amqp://127.0.0.1:1'], required: false }, http: { port: 0, host: '127.0.0.1' } };
  const service = createService({ name: 'billing', version: '1.2.3', settings: away });
  services.push(service);
  service.messaging.subscribe(orderPlaced, () => undefined);
  await service.start();
  expect(service.state).toBe('ready');
});

test('a subscription that is not valid ends the process with the report and exit code 78', async () => {
  const program = runProgram([
    '-e',
    `const { createService } = require('${join(__dirname, '../../dist/index.js')}');
     const { defineEvent } = require('${join(__dirname, '../../dist/messaging/index.js')}');
     const service = createService({ name: 'billing', version: '1.0.0' });
     service.messaging.subscribe(defineEvent('order.placed'), () => undefined, { concurrency: 0 });`,
  ]);
  const { code } = await program.ended;
  expect(code).toBe(78);
  expect(program.stderr).toContain('concurrency must be a whole number from 1 to 10000, not 0');
  expect(program.stderr).not.toContain('    at ');
});

test('that messages stay in the process is said at the start, not where a tool only loads the service', async () => {
  for (const name of ['loaded', 'started']) {
    const service = createService({ name, version: '1', settings: { http: { port: 0, host: '127.0.0.1' } } });
    services.push(service);
    service.messaging.subscribe(orderPlaced, () => undefined);
    if (name === 'started') await service.start();
    // Hands over the log.
    await service.stop();
  }
  const lines = log.named('messages stay in this process: messaging.url (AMQP_URL) is not set');
  expect(lines.map(({ service }) => service)).toEqual(['started']);
});
