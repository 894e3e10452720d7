import { type ServerResponse } from 'node:http';
import { type ClientOptions, createClient, type OwnedClient } from '../../src/client';
import { isKeelsonError, type KeelsonError, runInScope, type Scope, type WorkContext } from '../../src/core';
import {
  createMemoryNetwork,
  makeInstance,
  memoryRegistry,
  roundRobin,
  type Balancer,
  type Registry,
} from '../../src/discovery';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { RecordingTracing } from '../support/recording';
import { closeUpstreams, startRaw, startUpstream, textOf, type Upstream } from './support/upstream';

const clients: OwnedClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeUpstreams();
});

function clientOf(
  upstream: Upstream,
  options: ClientOptions = {},
  tools: Parameters<typeof createClient>[2] = {},
): OwnedClient {
  const client = createClient(upstream.origin, { retry: { backoff: { initialMs: 1 } }, ...options }, tools);
  clients.push(client);
  return client;
}

async function failureOf(call: Promise<unknown>): Promise<KeelsonError> {
  try {
    await call;
  } catch (error) {
    if (isKeelsonError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const json = (res: ServerResponse, value: unknown, status = 200): void =>
  void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

describe('a call', () => {
  test('sends JSON and gives the decoded answer', async () => {
    const upstream = await startUpstream((req, res) => {
      void textOf(req).then((body) =>
        json(res, { type: req.headers['content-type'], accept: req.headers.accept, body }),
      );
    });
    const client = clientOf(upstream);
    const told = { type: 'application/json', accept: 'application/json', body: '{"sku":"a"}' };
    await expect(client.post('/items', { sku: 'a' })).resolves.toEqual(told);
    await expect(client.put('/items/1', { sku: 'a' })).resolves.toEqual(told);
    await expect(client.patch('/items/1', { sku: 'a' })).resolves.toEqual(told);
    await expect(client.get('/items', { query: { page: 2 } })).resolves.toMatchObject({ body: '' });
    await expect(client.delete('/items/1')).resolves.toMatchObject({ body: '' });
    expect(upstream.asked).toEqual([
      'POST /items',
      'PUT /items/1',
      'PATCH /items/1',
      'GET /items?page=2',
      'DELETE /items/1',
    ]);
  });

  test('gives status and fields to who wants them, and sends those of the caller', async () => {
    const upstream = await startUpstream((req, res) => {
      res.setHeader('x-seen', [String(req.headers['x-own']), String(req.headers['user-agent'])]);
      res.writeHead(201).end();
    });
    const client = clientOf(upstream, { headers: { 'User-Agent': 'shop/1' } });
    await expect(client.request({ method: 'POST', path: '/', headers: { 'X-Own': 'yes' } })).resolves.toMatchObject({
      status: 201,
      headers: { 'x-seen': ['yes', 'shop/1'] },
      body: undefined,
    });
  });

  test('passes on the request id, what is left of the deadline, and the trace', async () => {
    let seen: Record<string, unknown> = {};
    const upstream = await startUpstream((req, res) => {
      seen = req.headers;
      res.end();
    });
    const tracing = new RecordingTracing();
    const client = clientOf(upstream, {}, { tracing });
    const deadline = performance.timeOrigin + performance.now() + 700;
    const work = { requestId: 'req-7', deadline, signal: new AbortController().signal } as WorkContext;
    const scope: Scope = { work, trace: undefined, telemetry: undefined };
    await runInScope(scope, () => client.get('/'));
    expect(seen['x-request-id']).toBe('req-7');
    expect(Number(seen['keelson-timeout-ms'])).toBeGreaterThan(500);
    expect(Number(seen['keelson-timeout-ms'])).toBeLessThanOrEqual(700);
    expect(tracing.spans).toHaveLength(1);
    expect(seen['traceparent']).toContain(tracing.spans[0]?.spanId);
    expect(tracing.spans[0]).toMatchObject({ name: 'GET', ended: 1 });
  });
});

describe('an answer that is not 2xx', () => {
  test('is HTTP_STATUS, with the problem as its cause', async () => {
    const upstream = await startUpstream((_req, res) => {
      res.writeHead(409, { 'content-type': 'application/problem+json' }).end('{"code":"OUT_OF_STOCK","left":2}');
    });
    const error = await failureOf(clientOf(upstream).get('/'));
    expect(error).toMatchObject({ code: 'HTTP_STATUS', details: { status: 409 } });
    expect(isKeelsonError(error.cause, 'OUT_OF_STOCK')).toBe(true);
    expect(upstream.asked).toHaveLength(1);
  });

  test('is tried again where that is safe', async () => {
    let left = 2;
    const upstream = await startUpstream((_req, res) => (left-- > 0 ? res.writeHead(503).end() : json(res, 'well')));
    await expect(clientOf(upstream).get('/')).resolves.toBe('well');
    expect(upstream.asked).toHaveLength(3);
    left = 1;
    await expect(failureOf(clientOf(upstream).post('/', {}))).resolves.toMatchObject({ details: { status: 503 } });
    expect(upstream.asked).toHaveLength(4);
    left = 1;
    await expect(clientOf(upstream).post('/', {}, { idempotent: true })).resolves.toBe('well');
  });
});

describe('time', () => {
  test('an attempt that takes too long is cut, also amid a body that drips', async () => {
    const upstream = await startUpstream((_req, res) => {
      const drip = setInterval(() => res.write('a'), 5);
      res.once('close', () => clearInterval(drip));
    });
    const client = clientOf(upstream, { attemptTimeoutMs: 60, retry: false });
    await expect(failureOf(client.get('/'))).resolves.toMatchObject({ code: 'TIMEOUT' });
    await eventually(() => upstream.open === 0 || undefined, 'the connection is closed');
  });

  test('a POST that was not answered in time is not repeated, and says that its outcome is unknown', async () => {
    const upstream = await startUpstream(() => undefined);
    const client = clientOf(upstream, { attemptTimeoutMs: 30 });
    const error = await failureOf(client.post('/', {}));
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: false, details: { outcome: 'unknown' } });
    expect(upstream.asked).toHaveLength(1);
    await failureOf(client.get('/'));
    expect(upstream.asked).toHaveLength(4);
  });

  test('the whole call has a limit, whatever its attempts do', async () => {
    const upstream = await startUpstream(() => undefined);
    const client = clientOf(upstream, { attemptTimeoutMs: 200, timeoutMs: 300 });
    await expect(failureOf(client.get('/'))).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(failureOf(client.get('/', { timeoutMs: 20 }))).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  test('the caller of the request being handled takes GET with it, and leaves POST be', async () => {
    const upstream = await startUpstream((_req, res) => void setTimeout(() => json(res, 'done'), 60));
    const client = clientOf(upstream);
    const gone = new AbortController();
    const work = { requestId: 'r', deadline: undefined, signal: gone.signal } as unknown as WorkContext;
    const calls = runInScope({ work, trace: undefined, telemetry: undefined }, () => [
      failureOf(client.get('/')),
      client.post('/', {}),
      client.get('/', { abortWithCaller: false }),
    ]);
    gone.abort();
    const [get, ...others] = calls;
    await expect(get).resolves.toMatchObject({ code: 'ABORTED' });
    await expect(Promise.all(others)).resolves.toEqual(['done', 'done']);
  });
});

describe('connections', () => {
  test('one that was kept and has gone stale is no failure', async () => {
    let served = 0;
    // Each connection answers once, says nothing of closing, and resets when it is used again.
    const upstream = await startRaw((socket) => {
      served += 1;
      if (socket.bytesWritten > 0) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok');
    });
    const client = clientOf(upstream, { retry: false });
    for (let i = 0; i < 3; i += 1) await expect(client.get('/')).resolves.toBe('ok');
    expect(served).toBeGreaterThan(3);
  });

  test('a POST whose connection breaks is not sent twice, and says that its outcome is unknown', async () => {
    const upstream = await startRaw((socket) => socket.resetAndDestroy());
    const error = await failureOf(clientOf(upstream).post('/', { a: 1 }));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retryable: false, details: { outcome: 'unknown' } });
    expect(upstream.asked).toHaveLength(1);
  });
});

describe('a dependency that fails', () => {
  test('opens the breaker, which then answers at once, and the fallback stands in', async () => {
    const upstream = await startUpstream((_req, res) => res.writeHead(500).end());
    const client = clientOf(upstream, { retry: false, fallback: (error) => (error as KeelsonError).code });
    const answers: unknown[] = [];
    for (let i = 0; i < 25; i += 1) answers.push(await client.get('/'));
    expect(answers).toEqual([...Array<string>(20).fill('HTTP_STATUS'), ...Array<string>(5).fill('BREAKER_OPEN')]);
    expect(upstream.asked).toHaveLength(20);
    expect(client.breaker?.state).toBe('open');
  });

  test('a 4xx does not speak against it', async () => {
    const upstream = await startUpstream((_req, res) => res.writeHead(404).end());
    const client = clientOf(upstream);
    for (let i = 0; i < 30; i += 1) await failureOf(client.get('/'));
    expect(client.breaker?.state).toBe('closed');
  });
});

describe('a service by its name', () => {
  async function network(...upstreams: Upstream[]): Promise<Registry> {
    const shared = createMemoryNetwork();
    for (const [index, { port }] of upstreams.entries()) {
      const registry = memoryRegistry({ network: shared });
      await registry.start();
      await registry.register(
        makeInstance({ id: `inventory-${index}`, service: 'inventory', host: '127.0.0.1', port }),
        'UP',
      );
    }
    const own = memoryRegistry({ network: shared });
    await own.start();
    return own;
  }

  test('goes to its instances, and tries again on another one', async () => {
    const sick = await startUpstream((_req, res) => res.writeHead(503).end());
    const well = await startUpstream((_req, res) => json(res, 'well'));
    const registry = await network(sick, well);
    const client = createClient(
      'inventory',
      { retry: { backoff: { initialMs: 1 } } },
      { registry, balancer: roundRobin() },
    );
    clients.push(client);
    for (let i = 0; i < 4; i += 1) await expect(client.get('/')).resolves.toBe('well');
    expect(well.asked).toHaveLength(4);
    expect(sick.asked.length).toBeGreaterThan(0);
    expect(sick.asked.length).toBeLessThanOrEqual(4);
  });

  test('that has none says so', async () => {
    const client = createClient('inventory', { retry: false }, { registry: await network(), balancer: roundRobin() });
    clients.push(client);
    await expect(failureOf(client.get('/'))).resolves.toMatchObject({ code: 'NO_INSTANCE', retryable: true });
  });

  test('tells the balancer of as many ends as begins, also of an attempt that was never sent', async () => {
    const upstream = await startUpstream((_req, res) => json(res, 'late'));
    const registry = await network(upstream);
    const told = { begun: 0, ended: 0 };
    const balancer: Balancer = {
      pick: ([first]) => first,
      begin: () => void (told.begun += 1),
      end: () => void (told.ended += 1),
    };
    const client = createClient('inventory', { retry: false, bulkhead: { limit: 1 } }, { registry, balancer });
    clients.push(client);
    const first = client.get('/1');
    expect((await failureOf(client.get('/2'))).code).toBe('BULKHEAD_FULL');
    await first;
    expect(told).toEqual({ begun: 1, ended: 1 });
  });

  test('does not wait beyond the deadline for a registry that never answers', async () => {
    const clock = new FakeClock();
    const silent = {
      snapshot: () => ({ instances: [], confirmedAt: undefined }),
      resolve: () => new Promise(() => undefined),
    } as unknown as Registry;
    const client = createClient('inventory', { timeoutMs: 50 }, { registry: silent, clock });
    const failed = failureOf(client.get('/'));
    await clock.advance(50);
    await expect(failed).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(clock.timers).toBe(0);
  });
});
