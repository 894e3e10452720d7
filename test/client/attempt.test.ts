import { type Socket } from 'node:net';
import { type Journey, type Leg, Sender } from '../../src/client/attempt';
import { clientDefaults } from '../../src/client/options';
import { Pools } from '../../src/client/pools';
import { type AttemptOutcome, type Target } from '../../src/client/targets';
import { KeelsonError, noopMeter, systemClock } from '../../src/core';
import { Call } from '../../src/resilience/call';
import { RecordingTracing } from '../support/recording';
import { closeUpstreams, startRaw, startUpstream, type Upstream } from './support/upstream';

const pools = new Pools(clientDefaults, systemClock);
afterAll(() => pools.close());
afterEach(closeUpstreams);

function prepare(upstream: Upstream, more: Partial<Journey> = {}) {
  const tracing = new RecordingTracing();
  const sender = new Sender({
    name: 'inventory',
    limits: { ...clientDefaults, maxResponse: 100 },
    pools,
    tracing,
    meter: noopMeter,
    keepBaggage: undefined,
  });
  const ends: AttemptOutcome[] = [];
  let begins = 0;
  const target: Target = {
    origin: upstream.origin,
    host: '127.0.0.1',
    port: upstream.port,
    instance: 'inventory-7',
    begin: () => {
      begins += 1;
    },
    end: (_ms, outcome) => ends.push(outcome),
  };
  const journey: Journey = {
    method: 'GET',
    path: '/items?token=secret',
    headers: { accept: 'application/json' },
    body: undefined,
    idempotent: true,
    tried: undefined,
    ...more,
  };
  const subject: Leg = { journey, target };
  const call = new Call({
    clock: systemClock,
    work: () => Promise.resolve(),
    key: undefined,
    deadline: undefined,
    attempt: 2,
    subject,
  });
  const run = (): Promise<unknown> => sender.send(call, () => Promise.reject(new Error('it hands on to nobody')));
  return { run, call, ends, tracing, begun: () => begins };
}

test('tells the span where it went, which attempt it was and what came of it, but not the query', async () => {
  const upstream = await startUpstream((_req, res) => res.writeHead(204).end());
  const { run, ends, tracing, begun } = prepare(upstream);
  await run();
  expect(begun()).toBe(1);
  expect(tracing.spans[0]).toMatchObject({ name: 'GET', ended: 1 });
  expect(tracing.spans[0]?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.full': `${upstream.origin}/items`,
    'server.address': '127.0.0.1',
    'server.port': upstream.port,
    'peer.service': 'inventory',
    'service.peer.instance': 'inventory-7',
    'http.request.resend_count': 1,
    'http.response.status_code': 204,
  });
  expect(ends).toEqual(['success']);
});

test.each([
  [404, 'success'],
  [302, 'success'],
  [500, 'failure'],
  [503, 'failure'],
] as const)('a status of %i is a %s of the instance, and an error of the call', async (status, outcome) => {
  const upstream = await startUpstream((_req, res) => res.writeHead(status).end());
  const { run, ends, tracing } = prepare(upstream);
  await expect(run()).rejects.toMatchObject({ code: 'HTTP_STATUS' });
  expect(ends).toEqual([outcome]);
  expect(tracing.spans[0]).toMatchObject({ failed: String(status), ended: 1 });
});

test('what was sent on a stale connection goes anew on one that is new, though more stale ones are kept', async () => {
  const used = new WeakSet<Socket>();
  const upstream = await startRaw((socket) => {
    if (used.has(socket)) return void socket.resetAndDestroy();
    used.add(socket);
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
  });
  const { run, ends } = prepare(upstream);
  await Promise.all([run(), run(), run()]);
  for (let i = 0; i < 7; i += 1) await run();
  expect(ends).toEqual(Array(10).fill('success'));
});

test('a connection that breaks is a failure of the instance', async () => {
  const upstream = await startRaw((socket) => socket.resetAndDestroy());
  const { run, ends, tracing } = prepare(upstream);
  await expect(run()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect([ends, tracing.spans[0]?.failed]).toEqual([['failure'], 'CONNECTION_FAILED']);
});

test.each([
  ['ABORTED', 'ignored'],
  ['DEADLINE_EXCEEDED', 'ignored'],
  ['TIMEOUT', 'failure'],
] as const)('an attempt that is given up with %s is %s', async (code, outcome) => {
  const upstream = await startUpstream(() => undefined);
  const { run, call, ends } = prepare(upstream);
  const failed = expect(run()).rejects.toMatchObject({ code });
  call.abort(new KeelsonError(code, 'enough', { retryable: false }));
  await failed;
  expect(ends).toEqual([outcome]);
});
