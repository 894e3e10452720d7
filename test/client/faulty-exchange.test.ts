import { type Fault, type FaultSource, type FaultSubject } from '../../src/core';
import { createClient, type ClientOptions } from '../../src/client';
import { faultyExchange } from '../../src/client/faulty-exchange';
import { Call } from '../../src/resilience/call';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingSpan, RecordingTracing } from '../support/recording';
import { closeUpstreams, startUpstream } from './support/upstream';

afterEach(closeUpstreams);

const outgoing = { method: 'GET', path: '/a', headers: {}, body: undefined, idempotent: true };

function begin(fault: Partial<Fault<'client'>>, more: Partial<typeof outgoing> = {}) {
  const clock = new FakeClock();
  const call = new Call({ clock, work: () => Promise.resolve(), key: undefined, deadline: undefined, attempt: 1 });
  const span = new RecordingSpan('GET', true);
  let sent = 0;
  const send = () => {
    sent += 1;
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from('real') });
  };
  const whole: Fault<'client'> = { kind: 'delay', rule: 'r', delayMs: 0, status: 503, ...fault };
  const outcome = faultyExchange(whole, span, call, { ...outgoing, ...more }, send);
  outcome.catch(() => undefined);
  return { outcome, clock, call, span, sent: () => sent };
}

test('the span says what was done on purpose', () => {
  expect(begin({ kind: 'hang', rule: 'deaf' }).span.attributes).toEqual({
    'keelson.fault': 'hang',
    'keelson.fault.rule': 'deaf',
  });
});

test('a delay comes first, then the real call', async () => {
  const { outcome, clock, sent } = begin({ kind: 'delay', delayMs: 200 });
  await clock.advance(199);
  expect(sent()).toBe(0);
  await clock.advance(1);
  expect(String((await outcome).body)).toBe('real');
});

test.each(['delay', 'hang', 'status'] as const)('a call that is given up ends at once: %s', async (kind) => {
  const { outcome, clock, call, sent } = begin({ kind, delayMs: 200 });
  await settle();
  call.abort(new Error('enough'));
  call.end();
  await expect(outcome).rejects.toThrow('enough');
  expect([sent(), clock.timers]).toEqual([0, 0]);
});

test('a status comes as a problem of the other side would, and nothing is sent', async () => {
  const { outcome, sent } = begin({ kind: 'status', status: 500 });
  const { status, headers, body } = await outcome;
  expect([status, headers['content-type'], JSON.parse(String(body)).code, sent()]).toEqual([
    500,
    'application/problem+json',
    'FAULT_INJECTED',
    0,
  ]);
});

test.each([
  ['refuse', true, { retryable: true, details: { reason: 'ECONNREFUSED' } }],
  ['refuse', false, { retryable: true, details: { reason: 'ECONNREFUSED' } }],
  ['reset', true, { retryable: true, details: { reason: 'ECONNRESET', outcome: 'unknown' } }],
  ['reset', false, { retryable: false, details: { reason: 'ECONNRESET', outcome: 'unknown' } }],
] as const)('%s is what the network would say (idempotent: %s)', async (kind, idempotent, expected) => {
  const { outcome, sent } = begin({ kind }, { idempotent });
  await expect(outcome).rejects.toMatchObject({ code: 'CONNECTION_FAILED', ...expected });
  expect(sent()).toBe(0);
});

describe('in a client', () => {
  async function client(faults: (Partial<Fault<'client'>> | undefined)[], options: ClientOptions = {}) {
    const upstream = await startUpstream((_req, res) => res.setHeader('content-type', 'application/json').end('{}'));
    const asked: FaultSubject[] = [];
    const source: FaultSource<'client'> = {
      draw: (subject) => {
        asked.push(subject);
        const next = faults.shift();
        return next && { kind: 'delay', rule: 'r', delayMs: 0, status: 503, ...next };
      },
    };
    const tracing = new RecordingTracing();
    const made = createClient(upstream.origin, options, { faults: source, tracing });
    return { made, upstream, asked, tracing };
  }

  test('each attempt is asked about: peer, method, path without query, header fields', async () => {
    const { made, asked, upstream } = await client([]);
    await made.get('/items?q=secret', { headers: { 'X-Test': 'a' } });
    await made.close();
    expect(asked).toEqual([
      {
        peer: `127.0.0.1:${upstream.port}`,
        method: 'GET',
        path: '/items',
        headers: expect.objectContaining({ 'x-test': 'a' }),
      },
    ]);
  });

  test('its policies see what they would see of a real fault: a refused connection is tried again', async () => {
    const retry = { attempts: 2, backoff: { initialMs: 1 } };
    const { made, upstream, tracing } = await client([{ kind: 'refuse' }], { retry });
    expect(await made.post('/items', {}, {})).toEqual({});
    await made.close();
    expect(upstream.asked).toEqual(['POST /items']);
    expect(tracing.spans.map(({ attributes, failed }) => [attributes['keelson.fault'], failed])).toEqual([
      ['refuse', 'CONNECTION_FAILED'],
      [undefined, undefined],
    ]);
  });

  test('a reset on a warm connection is not taken for one that had gone stale', async () => {
    const { made, upstream } = await client([undefined, { kind: 'reset' }], { retry: false });
    await made.get('/a');
    await expect(made.get('/b')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    await made.close();
    expect(upstream.asked).toEqual(['GET /a']);
  });

  test('a hang ends with the time of the attempt', async () => {
    const { made } = await client([{ kind: 'hang' }], { retry: false, attemptTimeoutMs: 1 });
    await expect(made.get('/a')).rejects.toMatchObject({ code: 'TIMEOUT' });
    await made.close();
  });

  test('a status opens the breaker as a real one does', async () => {
    const { made } = await client([{ kind: 'status' }, { kind: 'status' }], {
      retry: false,
      breaker: { minimumCalls: 2, threshold: 0.5 },
    });
    await expect(made.get('/a')).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { status: 503 } });
    await expect(made.get('/a')).rejects.toMatchObject({ code: 'HTTP_STATUS' });
    await expect(made.get('/a')).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    await made.close();
  });
});
