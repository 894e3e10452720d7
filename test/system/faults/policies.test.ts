import { join } from 'node:path';
import { createClient, type OwnedClient } from '../../../src/client';
import {
  bulkhead,
  circuitBreaker,
  pipeline,
  pipelineWith,
  rateLimit,
  timeout,
  type BreakerChange,
} from '../../../src/resilience';
import { closeUpstreams, startUpstream } from '../../client/support/upstream';
import { FakeClock } from '../../support/fake-clock';
import { endPrograms, runProgram } from '../../support/program';
import { after, callOften, failed, timed, type Called } from './support/call-often';
import { fault } from './support/fault';
import { sleep } from './support/life';
import { inMegabytes, megabyte } from './support/proc-status';
import { percentile } from './support/steady-caller';
import { startToggled } from './support/toggled';

const clients: OwnedClient[] = [];

afterEach(async () => {
  endPrograms();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeUpstreams();
});

function own(client: OwnedClient): OwnedClient {
  clients.push(client);
  return client;
}

const boom = (): Promise<never> => Promise.reject(new Error('boom'));
const ok = (): Promise<string> => Promise.resolve('ok');

fault(
  70,
  '1,000 calls at once when an open breaker may try again, three times',
  'exactly one of them goes through',
  async (report) => {
    const upstream = await startToggled();
    const breaker = { minimumCalls: 5, openMs: 300 };
    const client = own(createClient(`http://127.0.0.1:${upstream.port}`, { breaker, retry: false, bulkhead: false }));
    await upstream.mode(503);
    await callOften(() => client.get('/'), 1, after(5));
    const passed: number[] = [];
    const answered: number[] = [];
    for (const status of [503, 503, 200]) {
      expect(client.breaker?.state).toBe('open');
      await upstream.mode(status, 300); // the trial takes long enough for all to come meanwhile
      await sleep(310);
      const before = await upstream.asked();
      const called = await Promise.all(Array.from({ length: 1_000 }, () => timed(() => client.get('/'))));
      passed.push((await upstream.asked()) - before);
      answered.push(called.filter(({ code }) => code !== 'BREAKER_OPEN').length);
    }
    report(`${passed.join(', ')} of 1000 passed, limit 1 each`);
    expect([passed, answered]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(client.breaker?.state).toBe('closed');
  },
);

fault(71, 'the only instance is killed, and the breaker is open', 'the fallback answers at once', async (report) => {
  const upstream = await startToggled();
  let stoodIn = 0;
  const fallback = (): string => `from the shelf ${(stoodIn += 1)}`;
  const client = own(createClient(`http://127.0.0.1:${upstream.port}`, { fallback, retry: false }));
  await callOften(() => client.get('/'), 4, after(100));
  upstream.program.kill('SIGKILL');
  await upstream.program.ended;
  const before = await callOften(() => client.get('/'), 4, after(150)); // until half of the window has failed
  expect(client.breaker?.state).toBe('open');
  stoodIn = 0;
  const called = await callOften(() => client.get('/'), 1, after(5_000));
  const p99 = percentile(
    called.map(({ ms }) => ms),
    0.99,
  );
  report(`${stoodIn} of ${called.length} answered by the fallback, p99 ${p99.toFixed(2)} ms, limit 5 ms`);
  expect(failed([...before, ...called])).toEqual([]);
  expect(stoodIn).toBe(called.length);
  expect(p99).toBeLessThanOrEqual(5);
});

fault(
  72,
  'answers come late, when the breaker has opened or been closed again meanwhile',
  'they change nothing',
  async (report) => {
    const held: ((status: number) => void)[] = [];
    let status = 503;
    const upstream = await startUpstream((req, res) => {
      if (req.url === '/held') held.push((late) => void res.writeHead(late).end());
      else res.writeHead(status).end();
    });
    const breaker = { minimumCalls: 20, openMs: 200 };
    const client = own(createClient(upstream.origin, { breaker, retry: false }));
    const changes: BreakerChange[] = [];
    client.breaker?.on('change', (change) => changes.push(change));
    const hold = async (count: number): Promise<{ readonly calls: Promise<Called[]> }> => {
      const from = held.length;
      const calls = Array.from({ length: count }, () => timed(() => client.get('/held')));
      while (held.length < from + count) await sleep(5);
      return { calls: Promise.all(calls) };
    };
    const release = async (calls: Promise<Called[]>, late: number): Promise<void> => {
      for (const answer of held.splice(0)) answer(late);
      const code = late === 200 ? undefined : 'HTTP_STATUS';
      expect((await calls).map((one) => one.code)).toEqual(Array(50).fill(code));
    };
    const get = (): Promise<unknown> => client.get('/');

    const well = await hold(50);
    await callOften(get, 1, after(20));
    expect(client.breaker?.state).toBe('open');
    await release(well.calls, 200); // successes of the time before do not close it
    expect(client.breaker?.state).toBe('open');

    await sleep(210);
    status = 200;
    await callOften(get, 1, after(1)); // the trial closes it
    status = 503;
    const bad = await hold(50);
    await callOften(get, 1, after(20));
    await sleep(210);
    status = 200;
    await callOften(get, 1, after(1));
    await release(bad.calls, 503); // failures of the time before do not open it
    expect(client.breaker?.state).toBe('closed');
    const seen = changes.map(({ from, to }) => `${from}>${to}`);
    const due = ['closed>open', 'open>half-open', 'half-open>closed'];
    report(`${seen.length} changes of state with 100 late answers, limit 6`);
    expect(seen).toEqual([...due, ...due]);
  },
);

fault(
  72,
  'a trial of a half-open breaker is still under way when late answers of the time before come, good and bad',
  'only the trial decides',
  async (report) => {
    const clock = new FakeClock();
    const breaker = circuitBreaker({ name: 'stock', minimumCalls: 20, openMs: 200 });
    const run = pipelineWith({ clock }, breaker);
    const changes: string[] = [];
    breaker.on('change', ({ to }) => changes.push(to));
    const late: { readonly open: () => void; readonly fail: (error: Error) => void }[] = [];
    const hang = (): Promise<void> => new Promise((resolve, reject) => void late.push({ open: resolve, fail: reject }));
    const calls = Array.from({ length: 100 }, () => timed(() => run(hang)));
    for (let i = 0; i < 20; i += 1) await timed(() => run(boom));
    await clock.advance(200);
    const trial = timed(() => run(hang));
    await clock.advance(1);
    late.slice(0, 100).forEach(({ open, fail }, i) => (i % 2 === 0 ? open() : fail(new Error('late'))));
    await Promise.all(calls);
    expect(breaker.state).toBe('half-open');
    late[100]?.open();
    await trial;
    report(`${changes.length} changes of state with 100 late results, limit 3`);
    expect(changes).toEqual(['open', 'half-open', 'closed']);
  },
);

fault(
  73,
  '100,000 calls through a bulkhead of 20 that is full with a full queue: done, failed, timed out, given up amid and in the queue',
  'no slot is lost, and who finds it full is told at once',
  async (report) => {
    const hold = bulkhead({ limit: 20, queue: 20, queueTimeoutMs: 5 });
    const run = pipeline(timeout({ ms: 20 }), hold);
    const kinds: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
      ok,
      boom,
      () => sleep(1),
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ];
    const codes = new Map<string, number>();
    const refusedMs: number[] = [];
    const one = async (n: number): Promise<void> => {
      const caller = n % 7 === 0 ? new AbortController() : undefined;
      if (caller !== undefined) setTimeout(() => caller.abort(), n % 4);
      const kind = n % 50 === 0 ? 3 : n % 3;
      const work = kinds[kind] as (typeof kinds)[number];
      const { code = 'done', ms } = await timed(() =>
        run(({ signal }) => work(signal), caller === undefined ? {} : { signal: caller.signal }),
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (code === 'BULKHEAD_FULL') refusedMs.push(ms);
    };
    let n = 0;
    while (n < 100_000) {
      // Not a multiple of the kinds, so that each of them comes first at some time.
      const batch: Promise<void>[] = [];
      for (let i = 0; i < 199; i += 1) batch.push(one((n += 1)));
      await Promise.all(batch);
    }
    await sleep(30);
    const lost = hold.active + hold.queued;
    const seen = ['done', 'Error: boom', 'BULKHEAD_FULL', 'TIMEOUT', 'ABORTED'].map(
      (code) => `${code} ${codes.get(code) ?? 0}`,
    );
    report(`${lost} of 20 slots lost after ${n} calls (${seen.join(', ')}), limit 0`);
    expect(lost).toBe(0);
    const places = await Promise.all(Array.from({ length: 20 }, () => timed(() => run(() => sleep(1)))));
    expect(failed(places)).toEqual([]);
    for (const code of ['done', 'Error: boom', 'BULKHEAD_FULL', 'TIMEOUT', 'ABORTED'])
      expect(codes.get(code)).toBeGreaterThan(100);
    expect(refusedMs.length).toBeGreaterThan(1_000);
  },
);

fault(
  74,
  'calls that come far too often for a rate limit of 1,000 a second, for 3 s',
  'what goes through is the limit to 1 %',
  async (report) => {
    const run = pipeline(rateLimit({ perSecond: 1_000, burst: 200 }));
    let admitted = 0;
    let tried = 0;
    const begun = performance.now();
    let took = 0;
    while (took < 3_000) {
      for (let i = 0; i < 20; i += 1) {
        tried += 1;
        if ((await timed(() => run(ok))).code === undefined) admitted += 1;
      }
      took = performance.now() - begun;
    }
    const most = 200 + took;
    report(
      `${admitted} of ${tried} went through, ${((admitted / most) * 100).toFixed(2)} % of ${most.toFixed(0)}, limit 99 to 101 %`,
    );
    expect(admitted / most).toBeGreaterThanOrEqual(0.99);
    expect(admitted).toBeLessThanOrEqual(most + 1);
  },
);

fault(
  74,
  'the clock of the machine is set back and forward by an hour while a rate limit is full',
  'nobody gets more or less than before',
  async (report) => {
    const clock = new FakeClock();
    const run = pipelineWith({ clock }, rateLimit({ perSecond: 100, burst: 10 }));
    let admitted = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      clock.jumpWall(tenth % 2 === 0 ? -3_600_000 : 3_600_000);
      for (let i = 0; i < 50; i += 1) if ((await timed(() => run(ok))).code === undefined) admitted += 1;
      await clock.advance(100);
    }
    report(`${admitted} of 5000 went through in 10 s over 100 jumps, limit 1000 to 1%`);
    expect(Math.abs(admitted - 1_000)).toBeLessThanOrEqual(10);
  },
);

fault(74, 'a caller that gives itself a million names', 'memory stays bounded', async (report) => {
  const program = runProgram(['--expose-gc', join(__dirname, 'fixtures/many-keys.cjs')]);
  expect((await program.ended).code).toBe(0);
  const { grown, admitted } = await program.line('done');
  report(
    `RSS +${inMegabytes(grown as number)} after a million keys, limit 50 MB; ${String(admitted)} went through (100,000 keys are remembered, the rest share one limit)`,
  );
  expect(grown).toBeLessThanOrEqual(50 * megabyte);
  expect(admitted).toBeLessThan(110_000);
});
