import express, { type Application } from 'express';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { currentScope, isKeelsonError } from '../../src/core';
import { createHttp, type Operation } from '../../src/http';
import { FakeClock } from '../support/fake-clock';
import { RawClient } from '../support/raw-http';
import { gate, make, start, stopAll } from './support/running';

afterEach(stopAll);

const operation = (path: string, more: Partial<Operation> = {}): Operation => ({
  method: 'GET',
  path,
  handle: () => ({ status: 200, body: '{}' }),
  ...more,
});
const slowApp =
  (called: () => void, go: Promise<void>) =>
  (app: Application): void => {
    app.get('/', async (_req, res) => {
      called();
      await go;
      res.send('finished');
    });
  };

test('making one opens nothing', () => {
  const clock = new FakeClock();
  const http = createHttp({ clock, managementPort: 0 });
  expect([clock.timers, http.inFlight]).toEqual([0, 0]);
  expect(typeof http.handler).toBe('function');
});

test('with nothing given it works, on every address', async () => {
  const http = createHttp({ options: { port: 0 } });
  http.app.get('/', (_req, res) => void res.send('here'));
  const { port, managementPort } = await http.listen();
  http.open();
  expect(managementPort).toBeUndefined();
  expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('here');
  http.drain();
  expect(await http.close(AbortSignal.timeout(5_000))).toBe(0);
  await http.closeManagement(AbortSignal.timeout(5_000));
});

test('wrong options are refused', () => {
  expect(() => createHttp({ options: { timeoutMs: 0 } })).toThrow(/http\.timeoutMs/);
});

test('app.listen is not the way, and says so', () => {
  const { app } = make();
  expect(() => app.listen(0)).toThrow(/await service\.start\(\)/);
});

describe('listen', () => {
  test('gives both ports', async () => {
    const { port, managementPort } = await start(undefined, { managementPort: 0 });
    expect(port).toBeGreaterThan(0);
    expect(managementPort).toBeGreaterThan(0);
    expect(managementPort).not.toBe(port);
  });

  test('when the main port cannot be had, the management port is given back', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const probe = await start(undefined, { managementPort: 0 });
    const free = probe.managementPort as number;
    await stopAll();
    const { http } = make(undefined, { managementPort: free, options: { port } });
    await expect(http.listen()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('(PORT)'),
    });
    other.close();
    await once(other, 'close');
    await start(undefined, { options: { port: free } });
  });

  test('a management port in use names its own setting', async () => {
    const { port } = await start();
    const { http } = make(undefined, { managementPort: port });
    await expect(http.listen()).rejects.toThrow('management.port (MANAGEMENT_PORT)');
  });
});

describe('a route where the chassis itself answers', () => {
  const routers = {
    'a route': (app: Application) => app.get('/livez', () => undefined),
    'in other letters': (app: Application) => app.all('/LiveZ/', () => undefined),
    'one of a list': (app: Application) => app.get(['/a', '/livez'], () => undefined),
    'in a router': (app: Application) =>
      app.use(
        '/',
        express.Router().get('/livez', () => undefined),
      ),
    'in a nested router': (app: Application) =>
      app.use(
        '/health',
        express.Router().use(
          '/live',
          express.Router().get('/', () => undefined),
        ),
      ),
    'in a router under several mounts': (app: Application) =>
      app.use(
        ['/x', '/health'],
        express.Router().get('/live', () => undefined),
      ),
    'in a sub-app': (app: Application) =>
      app.use(
        '/health',
        express().get('/live', () => undefined),
      ),
    'under a name': (app: Application) => app.get('/loggers/:id', () => undefined),
  };
  const operations = [
    operation('/livez'),
    operation('/health/live'),
    operation('/loggers/{name}'),
    operation('/env', { needsAccess: true }),
  ];

  test.each(Object.entries(routers))('%s: the start is refused', async (_what, route) => {
    const { http } = make((app) => void route(app), { operations });
    await expect(http.listen()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/^The chassis itself answers .*management\.basePath\.$/),
    });
  });

  test('added later, it is found when the doors open', async () => {
    const { http, app } = make(undefined, { operations });
    await http.listen();
    app.get('/livez', () => undefined);
    expect(() => http.open()).toThrow(/answers \/livez\./);
  });

  test.each<[string, (app: Application) => unknown]>([
    ['routes with parameters', (app) => app.get('/:page', () => undefined)],
    ['the route for everything else', (app) => app.get('/{*path}', () => undefined)],
    ['a path that nobody can ask for', (app) => app.get('/env', () => undefined)],
    [
      'another path',
      (app) =>
        app.use(
          '/api',
          express.Router().get('/livez', () => undefined),
        ),
    ],
  ])('%s: no collision', async (_what, route) => {
    const { http } = make((app) => void route(app), { operations });
    await http.listen();
  });

  test('what has moved to the management port is free', async () => {
    const { http } = make((app) => app.get('/livez', () => undefined), {
      operations: [operation('/livez')],
      managementPort: 0,
    });
    await http.listen();
  });
});

describe('close', () => {
  test('lets what is in flight finish, and counts nothing', async () => {
    const [called, go] = [gate(), gate()];
    const { port, http, lines } = await start(slowApp(called.open, go.promise));
    const [client, idle] = [await RawClient.open(port), await RawClient.open(port)];
    await idle.send('GET /none HTTP/1.1\r\nHost: x\r\n\r\n').until('NOT_FOUND');
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    http.drain();
    const closed = http.close(new AbortController().signal);
    await idle.closed;
    expect(idle.error).toBeUndefined();
    go.open();
    expect(await closed).toBe(0);
    expect(await client.rest()).toMatchObject([{ status: 200, headers: { connection: 'close' }, body: 'finished' }]);
    expect(lines.at(-1)).toMatchObject({ status: 200 });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test('cuts what is left when the signal aborts, tells it why, and counts it', async () => {
    const called = gate();
    const reasons: unknown[] = [];
    let calls = 0;
    const { port, http, lines, meter } = await start((app) =>
      app.get('/', () => {
        const { signal } = currentScope()?.work as { signal: AbortSignal };
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        calls += 1;
        if (calls === 3) called.open();
      }),
    );
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(port)));
    for (const client of clients) client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    const controller = new AbortController();
    http.drain();
    const closed = http.close(controller.signal);
    controller.abort();
    expect(await closed).toBe(3);
    await Promise.all(clients.map((client) => client.closed));
    expect(reasons.map((reason) => isKeelsonError(reason, 'STOPPED'))).toEqual([true, true, true]);
    expect(lines.map(({ status, aborted }) => [status, aborted])).toEqual(Array(3).fill([503, true]));
    expect(meter.observed[0]?.labels).toMatchObject({ http_response_status_code: 503 });
    expect(http.inFlight).toBe(0);
  });

  test('answers a request whose bytes came just before', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { port, http } = await start((app) => app.get('/', (_req, res) => void res.send('here')));
      const clients = await Promise.all(Array.from({ length: 10 }, () => RawClient.open(port)));
      for (const client of clients.slice(0, 5)) await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n').until('here');
      for (const client of clients) {
        client.received = '';
        client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      }
      http.drain();
      expect(await http.close(new AbortController().signal)).toBe(0);
      for (const client of clients)
        expect(await client.rest()).toMatchObject([{ status: 200, body: 'here', headers: { connection: 'close' } }]);
    }
  });

  test('leaves no timer behind, and may be called again', async () => {
    const clock = new FakeClock();
    const { port, http } = await start((app) => app.get('/', (_req, res) => void res.send('here')), { clock });
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    http.drain();
    const closed = http.close(new AbortController().signal);
    const sweeps = setInterval(() => void clock.advance(25), 1);
    await closed;
    clearInterval(sweeps);
    expect(clock.timers).toBe(0);
    expect(await http.close(new AbortController().signal)).toBe(0);
  });

  test('of what never listened is nothing', async () => {
    const { http } = make(undefined, { managementPort: 0 });
    expect(await http.close(new AbortController().signal)).toBe(0);
    await http.closeManagement(new AbortController().signal);
  });
});
