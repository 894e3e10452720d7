import { isKeelsonError, systemClock } from '../../src/core';
import { exchange, type Incoming, type Outgoing } from '../../src/client/exchange';
import { Pools } from '../../src/client/pools';
import { Call } from '../../src/resilience/call';
import { eventually } from '../support/eventually';
import { closeUpstreams, startRaw, startUpstream, textOf, type Upstream } from './support/upstream';

const pools = new Pools({ connectTimeoutMs: 1_000, connections: 2, keepAliveMs: 4_000 }, systemClock);
afterAll(() => pools.close());
afterEach(closeUpstreams);

const newCall = (): Call =>
  new Call({ clock: systemClock, work: () => Promise.resolve(), key: undefined, deadline: undefined, attempt: 1 });
const get: Outgoing = {
  method: 'GET',
  path: '/x?y=1',
  headers: { accept: 'text/plain' },
  body: undefined,
  idempotent: true,
};

function ask(
  upstream: Upstream,
  outgoing: Partial<Outgoing> = {},
  call = newCall(),
  maxResponse = 1_000,
): Promise<Incoming> {
  return exchange(pools.of(upstream.origin).pool, call, { ...get, ...outgoing }, maxResponse);
}
const failureOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => undefined,
    (error: unknown) => error,
  );

test('sends method, target, fields and body, and reads the answer whole', async () => {
  const upstream = await startUpstream((req, res) => {
    void textOf(req).then((body) => {
      res.setHeader('x-seen', `${req.headers.accept} ${body}`);
      res.write('one, ');
      setImmediate(() => res.end('two'));
    });
  });
  const answer = await ask(upstream, { method: 'POST', body: 'hello' });
  expect(upstream.asked).toEqual(['POST /x?y=1']);
  expect({ ...answer, body: answer.body.toString() }).toMatchObject({
    status: 200,
    headers: { 'x-seen': 'text/plain hello' },
    body: 'one, two',
  });
});

test('an answer without a body is empty, informational ones before it are passed over', async () => {
  const upstream = await startUpstream((_req, res) => {
    res.writeEarlyHints({ link: '</style.css>; rel=preload' });
    res.writeHead(204).end();
  });
  await expect(ask(upstream)).resolves.toMatchObject({ status: 204, body: Buffer.alloc(0) });
});

test('redirects are not followed', async () => {
  const canary = await startUpstream((_req, res) => res.end());
  const upstream = await startUpstream((_req, res) => res.writeHead(302, { location: canary.origin }).end());
  await expect(ask(upstream)).resolves.toMatchObject({ status: 302 });
  expect(canary.asked).toEqual([]);
});

test.each([
  ['declared', (size: number) => ({ 'content-length': size })],
  ['not declared', () => ({})],
])('an answer that is too large (%s) is cut', async (_, fields) => {
  const upstream = await startUpstream((_req, res) => {
    res.writeHead(200, fields(5_000));
    res.end(Buffer.alloc(5_000));
  });
  await expect(ask(upstream)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 502, retryable: false });
  await eventually(() => upstream.open === 0 || undefined, 'the connection is closed');
});

test('HEAD may declare any size', async () => {
  const upstream = await startUpstream((_req, res) => res.writeHead(200, { 'content-length': 1e9 }).end());
  await expect(ask(upstream, { method: 'HEAD' })).resolves.toMatchObject({ status: 200 });
});

describe('a call that is given up', () => {
  test('closes its connection at once and rejects with the reason', async () => {
    const upstream = await startUpstream(() => undefined);
    const call = newCall();
    const failed = failureOf(ask(upstream, {}, call));
    await eventually(() => upstream.asked.length === 1 || undefined, 'it was asked');
    const reason = new Error('enough');
    call.abort(reason);
    await expect(failed).resolves.toBe(reason);
    await eventually(() => upstream.open === 0 || undefined, 'the connection is closed');
  });

  test('amid a body that drips, too', async () => {
    const upstream = await startUpstream((_req, res) => {
      res.write('a');
    });
    const call = newCall();
    const failed = failureOf(ask(upstream, {}, call));
    await eventually(() => upstream.asked.length === 1 || undefined, 'it was asked');
    await new Promise((resolve) => setTimeout(resolve, 20));
    call.abort(new Error('enough'));
    await expect(failed).resolves.toEqual(new Error('enough'));
    await eventually(() => upstream.open === 0 || undefined, 'the connection is closed');
  });

  test('before its turn is never sent', async () => {
    const upstream = await startUpstream((_req, res) => void setTimeout(() => res.end(), 50));
    const busy = [ask(upstream), ask(upstream)];
    const call = newCall();
    const failed = failureOf(ask(upstream, { path: '/waits' }, call));
    call.abort(new Error('enough'));
    await expect(failed).resolves.toEqual(new Error('enough'));
    await Promise.all(busy);
    await ask(upstream, { path: '/after' });
    expect(upstream.asked).not.toContain('GET /waits');
  });

  test('before it began does nothing', async () => {
    const upstream = await startUpstream((_req, res) => res.end());
    const call = newCall();
    call.abort(new Error('enough'));
    await expect(failureOf(ask(upstream, {}, call))).resolves.toEqual(new Error('enough'));
    expect(upstream.asked).toEqual([]);
  });
});

describe('a connection that fails', () => {
  test('before anything was sent may always be tried again', async () => {
    const upstream = await startUpstream(() => undefined);
    await upstream.close();
    const error = await failureOf(ask(upstream, { method: 'POST', idempotent: false }));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true, details: { reason: 'ECONNREFUSED' } });
    expect(isKeelsonError(error) && error.details).not.toHaveProperty('outcome');
  });

  test.each([
    [true, true],
    [false, false],
  ])('after it was sent: idempotent %p, retryable %p, outcome unknown', async (idempotent, retryable) => {
    const upstream = await startRaw((socket) => socket.resetAndDestroy());
    await expect(ask(upstream, { method: 'POST', idempotent })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable,
      details: { outcome: 'unknown' },
    });
  });

  test.each([
    ['truncated', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['with endless fields', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`],
    ['longer than it says, on one connection', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nabc'],
  ])('an answer that is %s is an error', async (_, bytes) => {
    const upstream = await startRaw((socket) => socket.end(bytes));
    await expect(ask(upstream)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    await eventually(() => upstream.open === 0 || undefined, 'the connection is closed');
  });
});

test('fields that are none are the fault of who wrote them', async () => {
  const upstream = await startUpstream((_req, res) => res.end());
  await expect(ask(upstream, { headers: { 'a b': 'c' } })).rejects.toThrow(TypeError);
  await expect(ask(upstream, { headers: { a: 'b\r\nc: d' } })).rejects.toThrow(TypeError);
  expect(upstream.asked).toEqual([]);
});
