import crypto from 'node:crypto';
import { KeelsonError } from '../../src/core';
import { type Operation } from '../../src/http';
import { FastPaths } from '../../src/http/fast-paths';
import { FakeClock } from '../support/fake-clock';
import { RawClient, rawExchange } from '../support/raw-http';
import { RecordingLogger } from '../support/recording';
import { gate, problemIn, start, stopAll } from './support/running';

afterEach(stopAll);

const answering =
  (body: string): Operation['handle'] =>
  () => ({ status: 200, body });
const probe: Operation = { method: 'GET', path: '/livez', handle: answering('{"status":"UP"}') };
const env: Operation = { method: 'GET', path: '/env', needsAccess: true, handle: answering('{"secret":"env"}') };
const loggers: Operation[] = [
  {
    method: 'GET',
    path: '/loggers/{name}',
    needsAccess: true,
    handle: ({ name }) => ({ status: 200, body: JSON.stringify({ name }) }),
  },
  {
    method: 'POST',
    path: '/loggers/{name}',
    needsAccess: true,
    handle: async ({ name, body }) => ({ status: 200, contentType: 'text/plain', body: `${name}=${await body()}` }),
  },
];

const fastPaths = (operations: readonly Operation[], token?: string, open = false): FastPaths =>
  new FastPaths({
    operations,
    token,
    open,
    limits: { timeoutMs: 1_000, writeStallMs: 1_000 },
    log: new RecordingLogger(),
    clock: new FakeClock(),
  });

const access = { authorization: 'Bearer s3cret' };

describe('an operational endpoint', () => {
  test('is answered before express, without a context, and is no request of the service', async () => {
    const middleware = jest.fn();
    const { url, lines, meter, tracing, http } = await start((app) => app.use(middleware), { operations: [probe] });
    const answer = await fetch(`${url}/livez?verbose`, { headers: { 'x-request-id': 'r-1' } });
    expect(await answer.text()).toBe('{"status":"UP"}');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': '15',
      'cache-control': 'no-store',
      'x-request-id': 'r-1',
    });
    expect(middleware).not.toHaveBeenCalled();
    expect([lines, meter.observed, tracing.spans, http.inFlight]).toEqual([[], [], [], 0]);
  });

  test('answers HEAD with the head alone', async () => {
    const { url } = await start(undefined, { operations: [probe] });
    const answer = await fetch(`${url}/livez`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '15', '']);
  });

  test.each(['POST', 'DELETE', 'OPTIONS'])('leaves %s to the service', async (method) => {
    const { url } = await start((app) => app.use((_req, res) => void res.status(418).end()), { operations: [probe] });
    expect((await fetch(`${url}/livez`, { method })).status).toBe(418);
  });

  test.each(['/livez/', '/LIVEZ', '/livezz', '//livez', '/livez/x', '/%6civez'])('is not at %s', async (path) => {
    const { port } = await start(undefined, { operations: [probe] });
    expect(await rawExchange(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatchObject([
      { status: 404 },
    ]);
  });

  test('may answer nothing at all', async () => {
    const { url } = await start(undefined, {
      operations: [{ method: 'POST', path: '/reset', handle: () => ({ status: 204, body: '' }) }],
    });
    const answer = await fetch(`${url}/reset`, { method: 'POST' });
    expect([answer.status, answer.headers.has('content-type'), await answer.text()]).toEqual([204, false, '']);
  });

  test.each<[string, Operation['handle'], number, string]>([
    [
      'throws',
      () => {
        throw new Error('inside');
      },
      500,
      'INTERNAL',
    ],
    [
      'rejects',
      async () => {
        throw new Error('inside');
      },
      500,
      'INTERNAL',
    ],
    ['answers nonsense', () => ({}) as never, 500, 'INTERNAL'],
    ['answers nothing', () => undefined as never, 500, 'INTERNAL'],
    ['answers an impossible status', () => ({ status: 200, contentType: 'a\nb', body: '' }), 500, 'INTERNAL'],
    [
      'finds nothing',
      () => {
        throw new KeelsonError('NOT_FOUND', 'No such logger.', { retryable: false });
      },
      404,
      'NOT_FOUND',
    ],
  ])('that %s is a problem, and the service lives', async (_how, handle, status, code) => {
    const { url, log } = await start(undefined, { operations: [probe, { method: 'GET', path: '/broken', handle }] });
    const problem = await problemIn(await fetch(`${url}/broken`));
    expect(problem).toMatchObject({ status, code, instance: '/broken' });
    expect(JSON.stringify(problem)).not.toContain('inside');
    expect(log.messages('warn')).toEqual(status === 500 ? ['operational endpoint failed'] : []);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  test('that hangs is given up', async () => {
    const clock = new FakeClock();
    const called = gate();
    const { url } = await start(undefined, {
      clock,
      options: { timeoutMs: 2_000 },
      operations: [
        {
          method: 'GET',
          path: '/hangs',
          handle: () => {
            called.open();
            return new Promise(() => undefined);
          },
        },
      ],
    });
    const asked = fetch(`${url}/hangs`);
    await called.promise;
    await clock.advance(2_000);
    expect(await problemIn(await asked)).toMatchObject({ status: 504, code: 'TIMEOUT' });
  });

  test('whose connection broke in the meantime answers nobody', async () => {
    const [called, go] = [gate(), gate()];
    const uncaught = jest.fn();
    process.on('unhandledRejection', uncaught);
    let failing = false;
    const { port, log } = await start(undefined, {
      operations: [
        {
          method: 'POST',
          path: '/slow',
          handle: async () => {
            called.open();
            await go.promise;
            if (failing) throw new Error('late');
            return { status: 200, body: 'late' };
          },
        },
      ],
    });
    for (failing of [false, true]) {
      const [answer, ...more] = await rawExchange(
        port,
        'POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      );
      expect([answer?.status, more]).toEqual([400, []]);
    }
    go.open();
    while (log.messages('warn').length === 0) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
  });

  test('whose client does not read is cut', async () => {
    const size = 20_000_000;
    const { port, meter } = await start(undefined, {
      options: { writeStallMs: 1_000 },
      operations: [{ method: 'GET', path: '/metrics', handle: answering('x'.repeat(size)) }],
    });
    const client = await RawClient.open(port);
    client.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('200 OK');
    client.socket.pause();
    while (meter.counted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(meter.counted[0]?.labels).toEqual({ reason: 'write_stall' });
    client.socket.resume();
    await client.closed;
    expect(client.received.length).toBeLessThan(size);
  }, 10_000);

  test('that is being answered when the drain begins says that the connection ends', async () => {
    const [called, go] = [gate(), gate()];
    let failing = false;
    const { port, http } = await start(undefined, {
      operations: [
        {
          method: 'GET',
          path: '/slow',
          handle: async () => {
            called.open();
            await go.promise;
            if (failing) throw new Error('no');
            return { status: 200, body: 'slow' };
          },
        },
      ],
    });
    const client = await RawClient.open(port);
    client.send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    http.drain();
    go.open();
    expect(await client.rest()).toMatchObject([{ status: 200, headers: { connection: 'close' } }]);
    failing = true;
    expect(await rawExchange(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')).toMatchObject([
      { status: 500, headers: { connection: 'close' } },
    ]);
  });
});

describe('an endpoint that needs access', () => {
  const service = (token?: string): ReturnType<typeof start> =>
    start((app) => app.use((_req, res) => void res.status(418).send('the service’s own')), {
      operations: [env, ...loggers],
      managementToken: token,
    });

  test('is there for those with the token', async () => {
    const { url } = await service('s3cret');
    expect(await (await fetch(`${url}/env`, { headers: access })).text()).toBe('{"secret":"env"}');
    expect((await fetch(`${url}/env`, { headers: { authorization: 'bearer s3cret' } })).status).toBe(200);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Bearer s3cre',
    'Bearer s3crett',
    'Basic s3cret',
    's3cret',
    'Bearer s3cret x',
  ])('is the service’s own affair for %p', async (authorization) => {
    const { url } = await service('s3cret');
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    expect((await fetch(`${url}/env`, { headers })).status).toBe(418);
    expect((await fetch(`${url}/loggers/db`, { headers, method: 'POST' })).status).toBe(418);
  });

  test.each([undefined, ''])('is there for nobody where the token is %p', async (token) => {
    const { url } = await service(token);
    for (const authorization of ['Bearer', 'Bearer ', 'Bearer undefined', 'Bearer null']) {
      expect((await fetch(`${url}/env`, { headers: { authorization } })).status).toBe(418);
    }
  });

  test('compares in constant time, whatever the lengths', async () => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    const { url } = await service('s3cret');
    for (const token of ['s3cret', 'x', 'x'.repeat(5_000)]) {
      await fetch(`${url}/env`, { headers: { authorization: `Bearer ${token}` } });
    }
    expect(compare.mock.calls.length).toBeGreaterThanOrEqual(3);
    for (const [a, b] of compare.mock.calls) expect([a.byteLength, b.byteLength]).toEqual([32, 32]);
    compare.mockRestore();
  });

  test('may have a name in its path', async () => {
    const { url } = await service('s3cret');
    expect(await (await fetch(`${url}/loggers/db`, { headers: access })).json()).toEqual({ name: 'db' });
    expect(await (await fetch(`${url}/loggers/a%2Fb%20c`, { headers: access })).json()).toEqual({ name: 'a/b c' });
    expect(await (await fetch(`${url}/loggers/a/b`, { headers: access })).json()).toEqual({ name: 'a/b' });
    expect((await fetch(`${url}/loggers/`, { headers: access })).status).toBe(418);
    expect((await fetch(`${url}/loggers`, { headers: access })).status).toBe(418);
    expect((await fetch(`${url}/loggersx/a`, { headers: access })).status).toBe(418);
    expect(await problemIn(await fetch(`${url}/loggers/%ff`, { headers: access }))).toMatchObject({ status: 400 });
    expect((await fetch(`${url}/loggers/db`, { headers: access, method: 'DELETE' })).status).toBe(418);
  });

  test('may read a body, of a bounded size', async () => {
    const { url } = await service('s3cret');
    const set = (body: string): Promise<Response> =>
      fetch(`${url}/loggers/db`, { method: 'POST', headers: access, body });
    const answer = await set('debug');
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['db=debug', 'text/plain']);
    expect(await (await fetch(`${url}/loggers/db`, { method: 'POST', headers: access })).text()).toBe('db=');
    expect((await set('x'.repeat(10_240))).status).toBe(200);
    expect(await problemIn(await set('x'.repeat(10_241)))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(await problemIn(await set('x'.repeat(2_000_000)))).toMatchObject({ status: 413 });
  });
});

describe('a collision', () => {
  test.each(['/livez', '/LIVEZ', '/livez/', '/livez{/:verbose}'])('with %s is one', (template) => {
    expect(fastPaths([probe]).collidesWith(template)).toBe(true);
  });

  test.each(['/', '/livezz', '/:name', '/{*path}', '/api/livez', '^\\/livez'])('with %s is none', (template) => {
    expect(fastPaths([probe]).collidesWith(template)).toBe(false);
  });

  test('with what stands under a name', () => {
    const paths = fastPaths(loggers, 's3cret');
    for (const template of ['/loggers/:id', '/loggers/db', '/Loggers/a/b'])
      expect(paths.collidesWith(template)).toBe(true);
    for (const template of ['/loggers', '/logger/:id']) expect(paths.collidesWith(template)).toBe(false);
  });

  test('is possible only with what can be asked', () => {
    expect(fastPaths([env]).collidesWith('/env')).toBe(false);
    expect(fastPaths([env], '').collidesWith('/env')).toBe(false);
    expect(fastPaths([env], 's3cret').collidesWith('/env')).toBe(true);
    expect(fastPaths([env], undefined, true).collidesWith('/env')).toBe(true);
  });
});
