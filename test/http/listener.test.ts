import { type Response as Reply } from 'express';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { currentScope, isKeelsonError, KeelsonError, type WorkContext } from '../../src/core';
import { FakeClock } from '../support/fake-clock';
import { answersIn, RawClient, rawExchange } from '../support/raw-http';
import { gate, make, problemIn, start, stopAll } from './support/running';

afterEach(stopAll);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const work = (): WorkContext => currentScope()?.work as WorkContext;
const never = (): void => undefined;

describe('errors', () => {
  const thrown = new Error('password=hunter2 at 10.0.0.7');

  test.each<[string, () => unknown]>([
    [
      'thrown',
      () => {
        throw thrown;
      },
    ],
    [
      'rejected',
      async () => {
        throw thrown;
      },
    ],
    [
      'rejected later',
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw thrown;
      },
    ],
  ])('%s become a problem that says nothing of the inside, and a log line that says all', async (_how, handler) => {
    const { url, log } = await start((app) => app.get('/orders/:id', () => handler() as Promise<void>));
    const answer = await fetch(`${url}/orders/7?token=secret`, { headers: { 'x-request-id': 'r-1' } });
    const text = await answer.clone().text();
    expect(await problemIn(answer)).toEqual({
      type: 'urn:keelson:problem:internal',
      title: 'Something went wrong in the service',
      status: 500,
      code: 'INTERNAL',
      instance: '/orders/7',
      requestId: 'r-1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(text).not.toMatch(/hunter2|10\.0\.0\.7|secret|stack|\.ts/);
    expect(log.lines).toEqual([
      { level: 'error', message: 'request failed', fields: { method: 'GET', path: '/orders/7', err: thrown } },
    ]);
    expect((await fetch(`${url}/none`)).status).toBe(404);
  });

  test('a KeelsonError shows its details; below 500 it is no matter for the log', async () => {
    const { url, log } = await start((app) =>
      app.get('/', () => {
        throw new KeelsonError('OUT_OF_STOCK', 'Two left.', {
          status: 409,
          retryable: false,
          details: { left: 2, status: 200, requestId: 'forged' },
        });
      }),
    );
    const answer = await fetch(url);
    expect(await problemIn(answer)).toMatchObject({ status: 409, code: 'OUT_OF_STOCK', detail: 'Two left.', left: 2 });
    expect(log.lines).toEqual([]);
  });

  test('details that JSON cannot carry break neither the answer nor the service', async () => {
    const details: Record<string, unknown> = { amount: 10n };
    details['self'] = details;
    const { url } = await start((app) =>
      app.get('/', () => {
        throw new KeelsonError('OUT_OF_STOCK', 'None.', { status: 409, retryable: false, details });
      }),
    );
    expect(await problemIn(await fetch(url))).toMatchObject({ status: 409, detail: 'None.' });
  });

  test('what matches no route is a 404 without the query', async () => {
    const { url, log } = await start();
    const answer = await fetch(`${url}/nothing/here?token=secret`, { method: 'DELETE' });
    expect(await problemIn(answer)).toMatchObject({
      code: 'NOT_FOUND',
      instance: '/nothing/here',
      detail: 'There is no DELETE /nothing/here.',
    });
    expect(log.lines).toEqual([]);
  });

  test('next() with something falsy is a 404, as express has it', async () => {
    const { url } = await start((app) => app.get('/', (_req, _res, next) => next(0)));
    expect((await fetch(url)).status).toBe(404);
  });

  test('strange targets are the caller’s affair', async () => {
    const { port, log } = await start((app) =>
      app.get('/:name', (req, res) => void res.json([req.params.name.length, req.query])),
    );
    const ask = async (path: string): Promise<{ status: number; body: string }> => {
      const [answer] = await rawExchange(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      return { status: answer?.status ?? 0, body: answer?.body ?? '' };
    };
    for (const path of ['/%', '/%ff', '/%E0%A4%A', '/%c0%af']) {
      const { status, body } = await ask(path);
      expect([path, status, JSON.parse(body)]).toMatchObject([path, 400, { code: 'BAD_REQUEST', instance: path }]);
    }
    for (const path of ['/a%00', '/..%2f..', `/${'a'.repeat(8_000)}`, '/a?%', '/a?a=%ff&[b]=1', '/a?__proto__[x]=1']) {
      expect(await ask(path)).toMatchObject({ status: 200 });
    }
    for (const path of ['//', '/', '/../..', '/a/b', '///a', 'http://x', 'http://x:99999/a/b']) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
    expect(log.messages('error')).toEqual([]);
  });

  test('headers that were meant for another answer do not stay', async () => {
    const { port } = await start((app) =>
      app.get('/', (_req, res) => {
        res.statusMessage = 'Fine';
        res.set({
          'content-type': 'text/csv',
          'content-encoding': 'gzip',
          'content-disposition': 'attachment; filename=a.csv',
          'transfer-encoding': 'chunked',
          'cache-control': 'public, max-age=3600',
          etag: '"1"',
          'x-own': 'kept',
        });
        throw new Error('no');
      }),
    );
    const [answer] = await rawExchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatchObject({
      status: 500,
      headers: { 'x-own': 'kept', 'content-type': 'application/problem+json' },
    });
    for (const name of ['content-encoding', 'content-disposition', 'transfer-encoding', 'cache-control', 'etag']) {
      expect(answer?.headers).not.toHaveProperty(name);
    }
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 500 });
  });

  test('after the answer has begun, the connection breaks', async () => {
    const { port, log, line } = await start((app) =>
      app.get('/', async (_req, res) => {
        res.type('text').write('half');
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('no');
      }),
    );
    const client = await RawClient.open(port);
    await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n').closed;
    expect(client.received).toContain('half');
    expect(client.received).not.toContain('\r\n0\r\n');
    expect(log.messages('error')).toEqual(['request failed']);
    expect(await line()).toMatchObject({ status: 200, aborted: true });
  });

  test('after the answer is complete, it is only logged', async () => {
    const { port, log, line } = await start((app) =>
      app.get('/', async (_req, res) => {
        res.json({ whole: true });
        throw new Error('afterwards');
      }),
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect((await client.rest()).map(({ status, body }) => [status, body])).toEqual([
      [200, '{"whole":true}'],
      [200, '{"whole":true}'],
    ]);
    expect(log.messages('error')).toEqual(['request failed', 'request failed']);
    expect(await line()).toMatchObject({ status: 200, aborted: false });
  });

  test('an error handler of the service’s own comes first', async () => {
    const { url, log } = await start((app) => {
      app.get('/own', () => {
        throw new Error('mine');
      });
      app.get('/passed', () => {
        throw new Error('not mine');
      });
      app.use(
        (
          error: Error,
          _req: unknown,
          res: { status: (n: number) => { send: (s: string) => void } },
          next: (e: Error) => void,
        ) => {
          if (error.message === 'mine') res.status(418).send('own');
          else next(error);
        },
      );
    });
    const own = await fetch(`${url}/own`);
    expect([own.status, await own.text()]).toEqual([418, 'own']);
    expect((await problemIn(await fetch(`${url}/passed`))).status).toBe(500);
    expect(log.lines).toHaveLength(1);
  });
});

describe('X-Request-Id', () => {
  test('is taken over when well-formed, replaced otherwise, and on every answer', async () => {
    const { url } = await start((app) => app.get('/', (_req, res) => void res.send(work().requestId)));
    for (const [given, kept] of [
      ['a.B-c_1', true],
      ['a b', false],
      ['x'.repeat(129), false],
    ] as const) {
      const answer = await fetch(url, { headers: { 'x-request-id': given } });
      const id = answer.headers.get('x-request-id');
      expect(await answer.text()).toBe(id);
      if (kept) expect(id).toBe(given);
      else expect(id).toMatch(uuid);
    }
    expect((await fetch(`${url}/none`)).headers.get('x-request-id')).toMatch(uuid);
  });
});

describe('the context', () => {
  test('is that of the request, through bodies, timers and promises', async () => {
    const clock = new FakeClock();
    const { url, log } = await start(
      (app) =>
        app.post('/', async (req, res) => {
          const before = work();
          await new Promise((resolve) => setImmediate(resolve));
          const { requestId, traceId, deadline, signal } = work();
          work().log.info('within');
          const same = before === work();
          res.json({
            requestId,
            traceId,
            left: (deadline as number) - clock.now(),
            aborted: signal.aborted,
            same,
            body: req.body,
          });
        }),
      { clock, options: { timeoutMs: 5_000 } },
    );
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'x-request-id': 'r-7', 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await answer.json()).toEqual({
      requestId: 'r-7',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      left: 5_000,
      aborted: false,
      same: true,
      body: { a: 1 },
    });
    expect(log.messages('info')).toEqual(['within']);
    expect(currentScope()).toBeUndefined();
  });

  test('knows the scope’s trace and the tracing’s own state', async () => {
    const seen: unknown[] = [];
    const { url, tracing } = await start((app) =>
      app.get('/', (_req, res) => {
        seen.push(currentScope()?.trace, currentScope()?.telemetry);
        res.end();
      }),
    );
    await fetch(url);
    expect(seen).toEqual([tracing.spans[0], tracing.spans[0]?.seed]);
  });

  test('concurrent requests do not share it', async () => {
    const all = gate();
    let waiting = 0;
    const { url } = await start((app) =>
      app.get('/', async (_req, res) => {
        waiting += 1;
        if (waiting === 20) all.open();
        await all.promise;
        res.send(work().requestId);
      }),
    );
    const ids = Array.from({ length: 20 }, (_, i) => `r-${i}`);
    const answers = await Promise.all(ids.map((id) => fetch(url, { headers: { 'x-request-id': id } })));
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(ids);
  });
});

describe('the deadline', () => {
  test.each([
    [{}, 30_000],
    [{ 'keelson-timeout-ms': '500' }, 500],
    [{ 'x-envoy-expected-rq-timeout-ms': '600' }, 600],
    [{ 'grpc-timeout': '700m' }, 700],
    [{ 'keelson-timeout-ms': '500', 'x-envoy-expected-rq-timeout-ms': '400', 'grpc-timeout': '1S' }, 400],
    [{ 'keelson-timeout-ms': 'soon', 'grpc-timeout': '' }, 30_000],
    [{ 'keelson-timeout-ms': '60000' }, 60_000],
  ])('of %p is in %p ms', async (headers, ms) => {
    const clock = new FakeClock();
    const { url } = await start(
      (app) => app.get('/', (_req, res) => void res.json((work().deadline as number) - clock.now())),
      { clock },
    );
    expect(await (await fetch(url, { headers: headers as Record<string, string> })).json()).toBe(ms);
  });

  test('that is spent is answered at once, and no handler is called', async () => {
    const handler = jest.fn();
    const { url } = await start((app) => app.get('/', handler));
    const answer = await fetch(url, { headers: { 'keelson-timeout-ms': '0' } });
    expect(await problemIn(answer)).toMatchObject({ status: 504, code: 'DEADLINE_EXCEEDED' });
    expect(handler).not.toHaveBeenCalled();
  });

  test('ends the wait with a 504 and the work by its signal', async () => {
    const clock = new FakeClock();
    const reason = gate<unknown>();
    const called = gate();
    const { url, line, http } = await start(
      (app) =>
        app.get('/slow', () => {
          const { signal } = work();
          signal.addEventListener('abort', () => reason.open(signal.reason));
          called.open();
        }),
      { clock, options: { timeoutMs: 1_000 } },
    );
    const asked = fetch(`${url}/slow`);
    await called.promise;
    await clock.advance(975);
    expect(http.inFlight).toBe(1);
    await clock.advance(50);
    expect(await problemIn(await asked)).toMatchObject({ status: 504, code: 'DEADLINE_EXCEEDED', instance: '/slow' });
    expect(isKeelsonError(await reason.promise, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(await line()).toMatchObject({ status: 504, route: '/slow', aborted: false });
    expect(http.inFlight).toBe(0);
  });

  test.each<[string, (res: Reply) => unknown]>([
    ['answers', (res) => res.status(201).set('x-late', '1').json({ late: true })],
    [
      'answers in pieces',
      (res) => {
        res.writeHead(200, { 'x-late': '1' });
        res.write('a', () => undefined);
        res.flushHeaders();
        res.end('b', 'utf8', () => undefined);
      },
    ],
    ['answers with a callback', (res) => res.end(() => undefined)],
    ['redirects', (res) => res.cookie('a', 'b').redirect('/elsewhere')],
    ['sends a file', (res) => res.sendFile(__filename)],
    [
      'throws',
      () => {
        throw new Error('late');
      },
    ],
  ])('a handler that %s after it disturbs nobody', async (_how, late) => {
    const clock = new FakeClock();
    const [called, done] = [gate(), gate()];
    const { url, log, line } = await start(
      (app) => {
        app.get('/', async (_req, res) => {
          work().signal.addEventListener('abort', () => {
            // In a callback of its own, where nobody catches what is thrown; the last case is that of a rejection.
            if (_how === 'throws') return done.open();
            setImmediate(() => {
              late(res);
              setImmediate(done.open);
            });
          });
          called.open();
          await done.promise;
          if (_how === 'throws') late(res);
        });
        app.get('/well', (_req, res) => void res.send('well'));
      },
      { clock, options: { timeoutMs: 100 } },
    );
    const uncaught = jest.fn();
    process.on('uncaughtException', uncaught);
    const asked = fetch(url);
    await called.promise;
    await clock.advance(125);
    const answer = await asked;
    await done.promise;
    await clock.advance(25);
    process.off('uncaughtException', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    expect(answer.headers.has('x-late')).toBe(false);
    expect(await problemIn(answer)).toMatchObject({ status: 504 });
    expect(await line()).toMatchObject({ status: 504 });
    expect(log.messages('error')).toEqual([]);
    expect(await (await fetch(`${url}/well`)).text()).toBe('well');
  });

  test('of the service’s own making does not end an answer that has begun', async () => {
    const clock = new FakeClock();
    const [called, go] = [gate<WorkContext>(), gate()];
    const { url, line } = await start(
      (app) =>
        app.get('/', async (_req, res) => {
          res.write('a');
          called.open(work());
          await go.promise;
          res.end('b');
        }),
      { clock, options: { timeoutMs: 100 } },
    );
    const answer = await fetch(url);
    const context = await called.promise;
    await clock.advance(10_000);
    expect(context.signal.aborted).toBe(false);
    go.open();
    expect(await answer.text()).toBe('ab');
    expect(await line()).toMatchObject({ status: 200, durationMs: 10_000 });
  });

  test('of the caller aborts the signal even then', async () => {
    const clock = new FakeClock();
    const called = gate<WorkContext>();
    const { url } = await start(
      (app) =>
        app.get('/', (_req, res) => {
          res.write('a');
          const context = work();
          context.signal.addEventListener('abort', () => res.end('b'));
          called.open(context);
        }),
      { clock },
    );
    const answer = await fetch(url, { headers: { 'keelson-timeout-ms': '50' } });
    const context = await called.promise;
    await clock.advance(75);
    expect(isKeelsonError(context.signal.reason, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(await answer.text()).toBe('ab');
  });
});

describe('a client that goes away', () => {
  test.each(['destroy', 'resetAndDestroy'] as const)('(%s) aborts the signal and is counted as 499', async (how) => {
    const clock = new FakeClock();
    const [called, aborted] = [gate(), gate<unknown>()];
    const { port, line, http, log } = await start(
      (app) =>
        app.get('/', async () => {
          const { signal } = work();
          const gone = once(signal, 'abort');
          called.open();
          await gone;
          aborted.open(signal.reason);
          throw signal.reason;
        }),
      { clock },
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone\r\n\r\n');
    await called.promise;
    client.socket[how]();
    const sweeps = setInterval(() => void clock.advance(25), 1);
    expect(isKeelsonError(await aborted.promise, 'ABORTED')).toBe(true);
    expect(await line('gone')).toMatchObject({ status: 499, aborted: true, bytes: 0 });
    clearInterval(sweeps);
    expect(http.inFlight).toBe(0);
    expect(log.messages('error')).toEqual([]);
  });

  test('is noticed by a handler that asks for the signal only afterwards', async () => {
    const [called, go, seen] = [gate(), gate(), gate<WorkContext>()];
    const { port, line } = await start((app) =>
      app.get('/', async () => {
        called.open();
        await go.promise;
        seen.open(work());
      }),
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    client.socket.resetAndDestroy();
    await line();
    go.open();
    const { signal } = await seen.promise;
    expect(signal.aborted && isKeelsonError(signal.reason, 'ABORTED')).toBe(true);
    expect((await seen.promise).signal).toBe(signal);
  });

  test.each<[string, unknown, string[]]>([
    ['an AbortError', Object.assign(new Error('aborted'), { name: 'AbortError' }), []],
    ['a broken pipe', Object.assign(new Error('write'), { code: 'EPIPE' }), []],
    ['a bug', new TypeError('x is undefined'), ['request failed']],
    ['null', 'oops', ['request failed']],
  ])('and leaves %s behind: only what is not of its doing is an error', async (_what, error, errors) => {
    const [called, go] = [gate(), gate()];
    const { port, line, log } = await start((app) =>
      app.get('/', async () => {
        called.open();
        await go.promise;
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handlers may reject with anything
        return Promise.reject(error);
      }),
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    client.socket.resetAndDestroy();
    await line();
    go.open();
    while (log.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(log.messages('error')).toEqual(errors);
    expect(log.messages('debug')).toHaveLength(1 - errors.length);
  });

  test('with requests that wait behind another (pipelining) gives all their places back', async () => {
    const clock = new FakeClock();
    const called = gate();
    let requests = 0;
    const { port, http, lines } = await start(
      (app) =>
        app.get('/', () => {
          requests += 1;
          if (requests === 3) called.open();
        }),
      { clock },
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    await called.promise;
    expect(http.inFlight).toBe(3);
    client.socket.resetAndDestroy();
    const sweeps = setInterval(() => void clock.advance(25), 1);
    while (http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    clearInterval(sweeps);
    expect(lines.map(({ status, aborted }) => [status, aborted])).toEqual(Array(3).fill([499, true]));
  });

  test('a thousand of them leave nothing behind', async () => {
    const all = gate();
    let aborts = 0;
    const { port, http, log } = await start((app) =>
      app.get('/', async () => {
        await once(work().signal, 'abort');
        aborts += 1;
        if (aborts === 1_000) all.open();
        throw work().signal.reason;
      }),
    );
    for (let round = 0; round < 10; round += 1) {
      const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(port)));
      for (const client of clients) client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      while (http.inFlight < 100) await new Promise((resolve) => setImmediate(resolve));
      for (const client of clients) client.socket.resetAndDestroy();
      while (http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await all.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.messages('error')).toEqual([]);
  });
});

describe('a client that closes its side', () => {
  test('right after its request gets its answer', async () => {
    const { port, line } = await start((app) =>
      app.get('/', async (req, res) => {
        await once(req.socket, 'end');
        await new Promise((resolve) => setImmediate(resolve));
        res.send('here');
      }),
    );
    const client = await RawClient.open(port);
    client.socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.rest()).toMatchObject([{ status: 200, body: 'here' }]);
    expect(await line()).toMatchObject({ status: 200, aborted: false });
  });

  test('is asked whether it listens still, which it does not notice', async () => {
    const clock = new FakeClock();
    const [called, go] = [gate<WorkContext>(), gate()];
    const { port } = await start(
      (app) =>
        app.get('/', async (_req, res) => {
          called.open(work());
          await go.promise;
          res.send('here');
        }),
      { clock },
    );
    const got: number[] = [];
    const asked = request({ port, host: '127.0.0.1', agent: false });
    asked.on('information', ({ statusCode }) => got.push(statusCode));
    asked.end();
    const context = await called.promise;
    asked.socket?.end();
    const sweeps = setInterval(() => void clock.advance(25), 1);
    while (got.length < 2) await new Promise((resolve) => setImmediate(resolve));
    clearInterval(sweeps);
    expect(context.signal.aborted).toBe(false);
    go.open();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    expect(new Set(got)).toEqual(new Set([102]));
    answer.resume();
    await once(answer, 'end');
  });
});

describe('the gate', () => {
  test('lets nobody in before it opens', async () => {
    const handler = jest.fn();
    const made = make((app) => app.get('/', handler), {
      operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: '{}' }) }],
    });
    const { port } = await made.http.listen();
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'NOT_STARTED' });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('x-request-id')).toMatch(uuid);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    expect(handler).not.toHaveBeenCalled();
    expect(await made.line()).toMatchObject({ status: 503, route: 'unmatched' });
  });

  test('that drains lets everybody in, and says on every answer that the connection ends', async () => {
    const [called, go] = [gate(), gate()];
    const { port, http } = await start(
      (app) => {
        app.get('/slow', async (_req, res) => {
          called.open();
          await go.promise;
          res.send('slow');
        });
        app.get('/', (_req, res) => void res.send('here'));
      },
      { operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: '{}' }) }] },
    );
    const before = await RawClient.open(port);
    before.send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    http.drain();
    for (const path of ['/', '/none', '/livez']) {
      const [answer] = await rawExchange(port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(answer).toMatchObject({ headers: { connection: 'close' } });
      expect(answer?.status).toBe(path === '/none' ? 404 : 200);
    }
    go.open();
    expect(await before.rest()).toMatchObject([{ status: 200, headers: { connection: 'close' }, body: 'slow' }]);
  });
});

describe('the limits', () => {
  test('of requests in flight: one more is told to come back, probes are let through', async () => {
    const go = gate();
    const { url, http, meter } = await start(
      (app) =>
        app.get('/', async (_req, res) => {
          await go.promise;
          res.end();
        }),
      {
        options: { maxInFlight: 2 },
        operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: '{}' }) }],
      },
    );
    const slow = [fetch(url), fetch(url)];
    while (http.inFlight < 2) await new Promise((resolve) => setImmediate(resolve));
    meter.scrape();
    expect(meter.gauges['http_server_active_requests']).toBe(2);
    const refused = await fetch(url);
    expect(await problemIn(refused)).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(http.inFlight).toBe(2);
    go.open();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200]);
    while (http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await fetch(url)).status).toBe(200);
  });

  test('of header fields', async () => {
    const { port } = await start((app) => app.get('/', (_req, res) => void res.end('in')), {
      options: { maxHeaderFields: 5 },
    });
    const ask = (fields: number): string =>
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(fields - 2)}\r\n`;
    expect(await rawExchange(port, ask(5))).toMatchObject([{ status: 200 }]);
    for (const fields of [6, 7, 100]) {
      const [answer] = await rawExchange(port, ask(fields));
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
    }
  });

  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    ['a host that is none', 'GET /livez HTTP/1.1\r\nHost: x y\r\n\r\n'],
    [
      'a body without end',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    ],
  ])('%s: refused before any handler, and the connection ends', async (_what, bytes) => {
    const handled = jest.fn();
    const { port } = await start((app) => app.use(handled));
    expect(await rawExchange(port, bytes)).toMatchObject([{ status: 400, headers: { connection: 'close' } }]);
    expect(handled).not.toHaveBeenCalled();
  });

  test('a request of HTTP/1.1 without a Host is refused like any other, with an id', async () => {
    const { port, line } = await start((app) => app.get('/', (_req, res) => void res.end('in')));
    const [answer] = await rawExchange(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(answer?.headers['x-request-id']).toMatch(uuid);
    expect(await line()).toMatchObject({ status: 400 });
    expect(await rawExchange(port, 'GET / HTTP/1.0\r\n\r\n')).toMatchObject([{ status: 200 }]);
  });

  test('an Expect that means nothing to it is passed over; 100-continue is honoured', async () => {
    const { port } = await start((app) => app.post('/', (req, res) => void res.json(req.body)));
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';
    expect(await rawExchange(port, `${head}Expect: 200-ok\r\n\r\n[]`)).toMatchObject([{ status: 200, body: '[]' }]);
    const client = await RawClient.open(port);
    client.send(`${head}Expect: 100-continue\r\n\r\n`);
    await client.until('100 Continue');
    expect(await client.send('[]').rest()).toMatchObject([{ status: 100 }, { status: 200, body: '[]' }]);
  });

  test('a target in absolute form is served, and its credentials are not logged', async () => {
    const { port, line } = await start((app) => app.get('/a', (_req, res) => void res.end('in')));
    const [answer] = await rawExchange(
      port,
      'GET http://user:hunter2@x/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatchObject({ status: 200, body: 'in' });
    expect(await line()).toMatchObject({ path: '/a', route: '/a' });
  });
});

describe('under a server of somebody else’s', () => {
  const servers: Server[] = [];

  const serve = async (listener: RequestListener): Promise<number> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  test('the handler has everything on', async () => {
    const made = make(
      (app) => {
        app.get('/hello/:name', (req, res) => void res.json({ hello: req.params.name, id: work().requestId }));
        app.get('/fail', () => {
          throw new Error('no');
        });
      },
      { operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: '{}' }) }] },
    );
    made.http.open();
    const port = await serve(made.http.handler);
    const answer = await fetch(`http://127.0.0.1:${port}/hello/ann`, { headers: { 'x-request-id': 'r-1' } });
    expect(await answer.json()).toEqual({ hello: 'ann', id: 'r-1' });
    expect(answer.headers.get('x-request-id')).toBe('r-1');
    expect(await made.line('r-1')).toMatchObject({ status: 200, route: '/hello/:name', bytes: 26, aborted: false });
    expect(made.meter.observed[0]?.labels).toEqual({
      http_request_method: 'GET',
      http_route: '/hello/:name',
      http_response_status_code: 200,
    });
    expect(made.tracing.spans[0]?.ended).toBe(1);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    expect((await problemIn(await fetch(`http://127.0.0.1:${port}/fail`))).status).toBe(500);
    while (made.http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('a client that goes away is noticed there too', async () => {
    const called = gate();
    const made = make((app) => app.get('/', () => called.open()));
    made.http.open();
    const client = await RawClient.open(await serve(made.http.handler));
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await called.promise;
    client.destroy();
    expect(await made.line()).toMatchObject({ status: 499, aborted: true });
  });

  test('the app alone answers with problems, without a context', async () => {
    const made = make((app) => {
      app.get('/', (_req, res) => void res.json({ context: currentScope() === undefined }));
      app.post('/', (req, res) => void res.json(req.body));
    });
    const port = await serve(made.app);
    const url = `http://127.0.0.1:${port}/`;
    const answer = await fetch(url);
    expect(await answer.json()).toEqual({ context: true });
    const refused = await fetch(`${url}none?token=secret`, { headers: { 'x-request-id': 'r-2' } });
    expect(await problemIn(refused)).toMatchObject({ status: 404, instance: '/none', requestId: 'r-2' });
    expect(refused.headers.get('x-request-id')).toBe('r-2');
    const post = await fetch(url, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    expect((await problemIn(post)).status).toBe(400);
    expect(made.lines).toEqual([]);
  });
});

test('several requests on one connection are answered in their order', async () => {
  const go = gate();
  const { port } = await start((app) => {
    app.get('/slow', async (_req, res) => {
      await go.promise;
      res.send('slow');
    });
    app.get('/fast', (_req, res) => {
      res.send('fast');
      go.open();
    });
  });
  const client = await RawClient.open(port);
  client.send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await client.closed;
  expect(answersIn(client.received).map(({ body }) => body)).toEqual(['slow', 'fast']);
});

test('the handler never runs for a request without its work being taken off the books', async () => {
  const { url, http, meter } = await start((app) => app.get('/', never as never), { options: { timeoutMs: 1 } });
  expect((await fetch(url)).status).toBe(504);
  while (http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(meter.observed).toHaveLength(1);
});
