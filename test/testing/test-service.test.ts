import { createService, type Service } from '../../src/service';
import { defineEvent } from '../../src/messaging';
import { cache, pipeline } from '../../src/resilience';
import { createTestNetwork, fakeClock, startTestService, stubService, until } from '../../src/testing';

/** A service as a service file has it. */
function createOrders(settings: Record<string, unknown> = {}) {
  const service = createService({
    name: 'orders',
    config: { currency: { doc: 'Of all prices', format: String, default: 'EUR', env: 'CURRENCY' } },
    settings,
  });
  const inventory = service.client('inventory');
  const placed = service.metrics.counter({ name: 'orders_total', help: 'Orders.', labels: ['kind'] });
  service.app.get('/orders/:id', async (req, res) => {
    const stock = await inventory.get<{ left: number }>(`/stock/${req.params.id}`);
    placed.inc({ kind: 'new' });
    service.log.info('asked', { id: req.params.id });
    res.json({ ...stock, currency: service.config.get('currency') });
  });
  return service;
}

const network = createTestNetwork({ closeBy: afterEach });

test('the whole service answers, and what it tells of itself can be looked at', async () => {
  const orders = await startTestService(createOrders, { network });
  const inventory = (await orders.stub('inventory')).on('GET', '/stock/:sku', { json: { left: 3 } });
  const answer = await orders.request('/orders/7');
  expect([answer.status, await answer.json()]).toEqual([200, { left: 3, currency: 'EUR' }]);
  expect(inventory.requests.map(({ path }) => path)).toEqual(['/stock/7']);
  expect(await orders.metric('orders_total', { kind: 'new' })).toBe(1);
  const span = await until(() => orders.spans.find(({ kind }) => kind === 'server'), { what: 'the span' });
  expect(span).toMatchObject({ name: 'GET /orders/:id', attributes: { 'http.response.status_code': 200 } });
  expect(orders.spans.find(({ kind }) => kind === 'client')).toMatchObject({
    traceId: span.traceId,
    parentSpanId: span.spanId,
  });
  expect(orders.logs.filter(({ message }) => message === 'asked')).toMatchObject([{ id: '7', traceId: span.traceId }]);
  expect(inventory.requests[0]?.headers['traceparent']).toContain(span.traceId);
  expect((await orders.request('/readyz')).status).toBe(200);
});

test('nothing of the process leaks in, and nothing of it is left in the process', async () => {
  const leaking = { AMQP_URL: 'amqp://user:pw@away', EUREKA_URL: 'http://away/eureka', CURRENCY: 'USD', PORT: '1' };
  Object.assign(process.env, leaking);
  try {
    const listeners = ['SIGTERM', 'SIGINT', 'uncaughtException'].map((event) => process.listenerCount(event));
    const orders = await startTestService(createOrders, { network });
    expect(['SIGTERM', 'SIGINT', 'uncaughtException'].map((event) => process.listenerCount(event))).toEqual(listeners);
    expect(orders.service.config.get('currency')).toBe('EUR');
    expect(orders.service.config.get('messaging.url')).toEqual([]);
    expect(orders.port).toBeGreaterThan(1);
    const { details } = JSON.parse(JSON.stringify({ details: network.registry.up('orders') })) as { details: object[] };
    expect(details).toMatchObject([{ host: '127.0.0.1', port: orders.port }]);
  } finally {
    for (const name of Object.keys(leaking)) delete process.env[name];
  }
});

test('settings and variables of the test are those of the service', async () => {
  const own = await startTestService(createOrders, {
    network,
    env: { CURRENCY: 'CHF' },
    settings: { management: { port: 9 } },
  });
  expect(own.service.config.get('currency')).toBe('CHF');
  expect(own.managementPort).toBeGreaterThan(9);
  const other = await startTestService(() => createOrders({ currency: 'DKK' }), { network });
  expect(other.service.config.get('currency')).toBe('DKK');
});

test('services on one network call each other and get each other’s messages', async () => {
  const counted = defineEvent<string>('stock.counted');
  const heard: string[] = [];
  const createInventory = (settings: Record<string, unknown>): Service => {
    const service = createService({ name: 'inventory', settings });
    service.app.get('/stock/:sku', async (req, res) => {
      await service.messaging.publish(counted, req.params.sku);
      res.json({ left: 1 });
    });
    return service;
  };
  const createAudit = (settings: Record<string, unknown>): Service => {
    const service = createService({ name: 'audit', settings });
    service.messaging.subscribe(counted, ({ data }) => void heard.push(data));
    return service;
  };
  const [orders, inventory] = await Promise.all(
    [createOrders, createInventory, createAudit].map((factory) =>
      startTestService<Service>(factory as never, { network }),
    ),
  );
  expect(await (await orders?.request('/orders/7'))?.json()).toEqual({ left: 1, currency: 'EUR' });
  await until(() => heard.length > 0, { what: 'the event' });
  expect(heard).toEqual(['7']);
  expect(network.broker.queues()).toMatchObject([{ name: 'stock.counted.audit', deadLetters: 0 }]);
  const trace = inventory?.spans.find(({ kind }) => kind === 'producer')?.traceId;
  expect(orders?.spans.some(({ traceId }) => traceId === trace)).toBe(true);
});

test('a service can still call its stubs while it stops', async () => {
  const closing = await startTestService(
    (settings) => {
      const service = createService({ name: 'closing', settings });
      const ledger = service.client('ledger');
      return service.use({ name: 'last word', stop: () => ledger.post('/closed', {}) });
    },
    { network },
  );
  const ledger = (await closing.stub('ledger')).on('POST', '/closed', { json: {} });
  await network.stop();
  expect(ledger.requests).toHaveLength(1);
});

describe('with a clock that stands still', () => {
  const clock = fakeClock();
  const still = createTestNetwork({ clock, closeBy: afterEach });

  test('retries, a breaker and its 30 s pass without waiting', async () => {
    const orders = await startTestService(createOrders, { network: still });
    const inventory = await stubService('inventory', { network: still });
    inventory.on('GET', '/stock/:sku', { status: 503 });
    const ask = async (): Promise<unknown> =>
      ((await (await clock.passUntil(orders.request('/orders/7'))).json()) as { code?: string }).code;
    const before = clock.now();
    const code = await until(async () => ((await ask()) === 'BREAKER_OPEN' ? 'open' : undefined));
    expect([code, clock.now() > before]).toEqual(['open', true]);
    const asked = inventory.requests.length;
    inventory.on('GET', '/stock/:sku', { json: { left: 3 } });
    expect(await ask()).toBe('BREAKER_OPEN');
    await clock.advance(30_000);
    expect(await ask()).toBeUndefined();
    expect(inventory.requests).toHaveLength(asked + 1);
  });

  test('a ladder of message retries passes without waiting, as far as the dead letters', async () => {
    const due = defineEvent<number>('invoice.due');
    const attempts: [number, number][] = [];
    const start = clock.now();
    const reminders = await startTestService(
      (settings) => {
        const service = createService({ name: 'reminders', settings });
        const handler = ({ attempt }: { attempt: number }): void => {
          attempts.push([attempt, clock.now() - start]);
          throw new Error('not yet');
        };
        service.messaging.subscribe(due, handler, { retry: { delaysMs: [1_000, 120_000] } });
        return service;
      },
      { network: still },
    );
    await reminders.service.messaging.publish(due, 1);
    await clock.advance(0);
    await clock.advance(121_000);
    expect(attempts).toEqual([
      [1, 0],
      [2, 1_000],
      [3, 121_000],
    ]);
    expect(still.broker.deadLetters('invoice.due.reminders')).toHaveLength(1);
    expect(reminders.logs.some(({ level }) => level === 'error')).toBe(true);
  });

  test('a timeout of 3 s against a service that hangs passes without waiting', async () => {
    const orders = await startTestService(
      (settings) => {
        const service = createService({ name: 'orders', settings });
        const inventory = service.client('inventory', { retry: false });
        service.app.get('/', async (_req, res) => void res.json(await inventory.get('/')));
        return service;
      },
      { network: still },
    );
    const inventory = (await orders.stub('inventory')).on('GET', '/', { fault: 'hang' });
    const answer = orders.request('/');
    await until(() => inventory.requests.length > 0, { what: 'the call' });
    await clock.advance(3_000);
    expect(await (await answer).json()).toMatchObject({ code: 'TIMEOUT' });
  });

  test('pipelines that the factory makes live by it', async () => {
    const shop = await startTestService(
      (settings) => {
        const service = createService({ name: 'shop', settings });
        const prices = pipeline(cache({ ttlMs: 600_000, staleMs: 0 }));
        let read = 0;
        service.app.get('/', async (_req, res) => {
          res.json(await prices(() => Promise.resolve(++read), { key: 'all' }));
        });
        return service;
      },
      { network: still },
    );
    const ask = async (): Promise<unknown> => (await shop.request('/')).json();
    expect([await ask(), await ask()]).toEqual([1, 1]);
    await clock.advance(600_000);
    expect(await ask()).toBe(2);
  });

  test('belongs to the network', async () => {
    await expect(startTestService(createOrders, { network, clock })).rejects.toThrow(
      'give the clock to createTestNetwork',
    );
    await using own = await startTestService(createOrders, { clock });
    expect(own.network.clock).toBe(clock);
  });
});
