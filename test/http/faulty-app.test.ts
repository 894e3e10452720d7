import { connect } from 'node:net';
import { type Fault, type FaultSource, type FaultSubject } from '../../src/core';
import { ask, refusalOf } from '../support/ask';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { problemIn, start, stopAll } from './support/running';

afterEach(stopAll);

interface Scripted extends FaultSource<'http'> {
  readonly asked: FaultSubject[];
}

/** Hits each request with the next of these faults; what there is none for goes through. */
function script(...faults: Partial<Fault<'http'>>[]): Scripted {
  const asked: FaultSubject[] = [];
  return {
    asked,
    draw: (subject) => {
      asked.push(subject);
      const next = faults.shift();
      return next && { kind: 'delay', rule: 'r', delayMs: 0, status: 503, ...next };
    },
  };
}

async function running(faults: FaultSource<'http'>, clock?: FakeClock) {
  const handled: string[] = [];
  const made = await start(
    (app) =>
      app.get('/orders/:id', (req, res) => {
        handled.push(req.params.id);
        res.json({ id: req.params.id });
      }),
    {
      faults,
      ...(clock === undefined ? {} : { clock }),
      options: { timeoutMs: 1_000 },
      operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: 'fine' }) }],
    },
  );
  return { ...made, handled };
}

test('asks with the method, the path without its query, and the header fields', async () => {
  const faults = script();
  const { port } = await running(faults);
  expect((await ask(port, '/orders/7?token=secret', { headers: { 'x-test': 'a' } })).status).toBe(200);
  expect(faults.asked).toEqual([
    { method: 'GET', path: '/orders/7', headers: expect.objectContaining({ 'x-test': 'a' }) },
  ]);
});

test('a status is answered by the chassis: the handler never sees the request, and the span says why', async () => {
  const { url, handled, tracing, line } = await running(script({ kind: 'status', status: 502, rule: 'ill' }));
  expect(await problemIn(await fetch(`${url}/orders/7`))).toMatchObject({
    status: 502,
    code: 'FAULT_INJECTED',
    rule: 'ill',
  });
  expect(handled).toEqual([]);
  expect((await line()).status).toBe(502);
  expect(tracing.spans[0]?.attributes).toMatchObject({ 'keelson.fault': 'status', 'keelson.fault.rule': 'ill' });
});

test('a reset breaks the connection without an answer', async () => {
  const { port, handled, line } = await running(script({ kind: 'reset' }));
  expect(await refusalOf(port, '/orders/7')).toBe('ECONNRESET');
  expect(handled).toEqual([]);
  expect(await line()).toMatchObject({ status: 499, aborted: true });
});

test('a delay holds the request up, and then it is handled as ever', async () => {
  const clock = new FakeClock();
  const { port, handled, http } = await running(script({ kind: 'delay', delayMs: 300 }), clock);
  const answer = ask(port, '/orders/7');
  await eventually(() => http.inFlight === 1 || undefined, 'the request is there');
  await clock.advance(299);
  expect(handled).toEqual([]);
  await clock.advance(1);
  expect((await answer).status).toBe(200);
  expect(handled).toEqual(['7']);
});

test('a delay beyond the deadline is a 504, and the handler is spared', async () => {
  const clock = new FakeClock();
  const { port, handled, http } = await running(script({ kind: 'delay', delayMs: 5_000 }), clock);
  const answer = ask(port, '/orders/7');
  await eventually(() => http.inFlight === 1 || undefined, 'the request is there');
  await clock.advance(1_025);
  expect((await answer).status).toBe(504);
  await clock.advance(5_000);
  expect(handled).toEqual([]);
});

test('a hang lasts until the deadline', async () => {
  const clock = new FakeClock();
  const { port, handled, http } = await running(script({ kind: 'hang' }), clock);
  const answer = ask(port, '/orders/7');
  await eventually(() => http.inFlight === 1 || undefined, 'the request is there');
  await clock.advance(1_025);
  expect(await answer).toMatchObject({ status: 504, body: expect.stringContaining('DEADLINE_EXCEEDED') });
  expect(handled).toEqual([]);
});

test('who goes away during a delay leaves no timer behind, and nothing is handled', async () => {
  const clock = new FakeClock();
  const { port, handled, http } = await running(script({ kind: 'delay', delayMs: 300 }), clock);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /orders/7 HTTP/1.1\r\nhost: a\r\n\r\n');
  await eventually(() => http.inFlight === 1 || undefined, 'the request is there');
  const before = clock.timers;
  socket.resetAndDestroy();
  await eventually(() => http.inFlight === 0 || undefined, 'the server has noticed');
  expect(clock.timers).toBe(before - 1);
  await clock.advance(500);
  expect(handled).toEqual([]);
});

test('who goes away with two requests behind each other: nothing comes of the second one either', async () => {
  const clock = new FakeClock();
  const faults = script(
    { kind: 'delay', delayMs: 300 },
    { kind: 'status', delayMs: 500 },
    { kind: 'reset', delayMs: 500 },
  );
  const { port, handled, http } = await running(faults, clock);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /orders/7 HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(3));
  await eventually(() => http.inFlight === 3 || undefined, 'the requests are there');
  socket.resetAndDestroy();
  // Those behind the first are found by a sweep.
  await eventually(async () => {
    await clock.advance(25);
    return http.inFlight === 0 || undefined;
  }, 'the server has noticed');
  await clock.advance(1_000);
  expect(handled).toEqual([]);
});

test('operational endpoints are never asked about', async () => {
  const faults = script({ kind: 'reset' }, { kind: 'reset' });
  const { port } = await running(faults);
  expect((await ask(port, '/livez')).status).toBe(200);
  expect(faults.asked).toEqual([]);
});
