import { currentScope, runInScope, type Scope } from '../../src/core';
import { bulkhead, pipelineWith, timeout, type BulkheadOptions } from '../../src/resilience';
import { FakeClock, settle } from '../support/fake-clock';
import { codeOf, failureOf, Gate, keelsonError, linesOf, never, seeded, someMetrics } from './support/calls';

const ok = (): Promise<string> => Promise.resolve('ok');

function setUp(options: BulkheadOptions) {
  const clock = new FakeClock();
  const limit = bulkhead(options);
  return { clock, limit, run: pipelineWith({ clock }, limit) };
}

test('no more than the limit run at once; the next is rejected at once', async () => {
  const { clock, limit, run } = setUp({ name: 'stock', limit: 2 });
  const gates = [new Gate(), new Gate()];
  const runs = gates.map((gate) => run(() => gate.promise));
  expect([limit.active, limit.queued]).toEqual([2, 0]);
  const work = jest.fn(ok);
  expect(await failureOf(run(work))).toMatchObject({
    code: 'BULKHEAD_FULL',
    message: 'The bulkhead "stock" is full.',
    retryable: true,
    status: 503,
    details: { bulkhead: 'stock', limit: 2, queue: 0 },
  });
  expect(work).not.toHaveBeenCalled();
  gates[0]?.open(1);
  await expect(runs[0]).resolves.toBe(1);
  await expect(run(ok)).resolves.toBe('ok');
  gates[1]?.fail(new Error('boom'));
  await expect(runs[1]).rejects.toThrow('boom');
  expect([limit.active, clock.timers]).toEqual([0, 0]);
});

test('those who wait run in the order in which they came', async () => {
  const { clock, limit, run } = setUp({ limit: 1, queue: 3 });
  const began: number[] = [];
  const gates = Array.from({ length: 4 }, () => new Gate());
  const runs = gates.map((gate, i) =>
    run(() => {
      began.push(i);
      return gate.promise;
    }),
  );
  await settle();
  expect([began, limit.active, limit.queued]).toEqual([[0], 1, 3]);
  expect(await failureOf(run(ok))).toMatchObject({ message: 'The bulkhead is full.', details: { limit: 1, queue: 3 } });
  for (const gate of gates) {
    gate.open();
    await settle();
    expect(limit.active).toBeLessThanOrEqual(1);
  }
  await Promise.all(runs);
  expect(began).toEqual([0, 1, 2, 3]);
  expect([limit.active, limit.queued, clock.timers]).toEqual([0, 0, 0]);
});

test('a slot that becomes free goes to who waits, not to who comes just then', async () => {
  const { run } = setUp({ limit: 1, queue: 1 });
  const began: string[] = [];
  const begin = (name: string) => () => Promise.resolve(began.push(name));
  const gate = new Gate();
  const first = run(() => gate.promise).then(() => run(begin('new')));
  const waiting = run(begin('waited'));
  gate.open();
  await Promise.all([first, waiting]);
  expect(began).toEqual(['waited', 'new']);
});

test('who waits too long is rejected', async () => {
  const { clock, limit, run } = setUp({ limit: 1, queue: 2, queueTimeoutMs: 50 });
  const gate = new Gate();
  const first = run(() => gate.promise);
  const late = failureOf(run(ok));
  await clock.advance(30);
  const later = run(ok);
  await clock.advance(20);
  expect(await late).toMatchObject({ code: 'BULKHEAD_FULL', message: 'The bulkhead had no slot free for 50 ms.' });
  expect(limit.queued).toBe(1);
  gate.open();
  await first;
  await expect(later).resolves.toBe('ok');
  expect([limit.active, limit.queued, clock.timers]).toEqual([0, 0, 0]);
});

test('a slot is free when the work has ended, not when its caller gave up', async () => {
  const clock = new FakeClock();
  const limit = bulkhead({ limit: 1 });
  const run = pipelineWith({ clock }, timeout({ ms: 10 }), limit);
  const gate = new Gate();
  const slow = codeOf(run(() => gate.promise));
  await clock.advance(10);
  expect(await slow).toBe('TIMEOUT');
  expect(limit.active).toBe(1);
  expect(await codeOf(run(ok))).toBe('BULKHEAD_FULL');
  gate.open();
  await settle();
  expect(limit.active).toBe(0);
  const caller = new AbortController();
  const other = new Gate();
  const left = codeOf(run(() => other.promise, { signal: caller.signal }));
  caller.abort();
  expect(await left).toBe('ABORTED');
  expect(limit.active).toBe(1);
  other.fail(new Error('late'));
  await settle();
  expect(limit.active).toBe(0);
});

describe('a call that is given up', () => {
  test('while it waits leaves the queue at once, and its listener goes too', async () => {
    const { clock, limit, run } = setUp({ limit: 1, queue: 1 });
    void run(never);
    const caller = new AbortController();
    const work = jest.fn(ok);
    const remove = jest.spyOn(caller.signal, 'removeEventListener');
    const waiting = codeOf(run(work, { signal: caller.signal }));
    expect(limit.queued).toBe(1);
    caller.abort();
    expect([limit.queued, clock.timers]).toEqual([0, 0]);
    expect(await waiting).toBe('ABORTED');
    await settle();
    expect(remove).toHaveBeenCalled();
    expect(work).not.toHaveBeenCalled();
  });

  test('by its deadline, too', async () => {
    const { clock, limit, run } = setUp({ limit: 1, queue: 1 });
    void run(never);
    const waiting = codeOf(run(ok, { deadline: clock.now() + 10 }));
    await clock.advance(10);
    expect(await waiting).toBe('DEADLINE_EXCEEDED');
    expect([limit.queued, clock.timers]).toEqual([0, 0]);
  });

  test('just when its turn has come does not begin', async () => {
    const { limit, run } = setUp({ limit: 1, queue: 1 });
    const [gate, caller] = [new Gate(), new AbortController()];
    const first = run(() => gate.promise);
    const work = jest.fn(ok);
    const waiting = codeOf(run(work, { signal: caller.signal }));
    const told = new Promise<void>((resolve) => {
      // One turn of the promises later than the end of the work, its slot has been given on and the next has not begun.
      const poll = (): void => {
        if (limit.queued === 0) resolve(caller.abort());
        else queueMicrotask(poll);
      };
      gate.open();
      poll();
    });
    await Promise.all([first, told]);
    expect(await waiting).toBe('ABORTED');
    await settle();
    expect(work).not.toHaveBeenCalled();
    expect([limit.active, limit.queued]).toEqual([0, 0]);
  });
});

test('who waited runs in its own context, not in that of the call before', async () => {
  const { run } = setUp({ limit: 1, queue: 1 });
  const scopes: Scope[] = [0, 1].map((i) => ({ work: undefined, trace: undefined, telemetry: i }));
  const gate = new Gate();
  const seen = scopes.map((scope, i) =>
    runInScope(scope, () =>
      run(async () => {
        if (i === 0) await gate.promise;
        return currentScope();
      }),
    ),
  );
  gate.open();
  expect(await Promise.all(seen)).toEqual(scopes);
});

test('a stage that throws instead of rejecting leaves its slot', async () => {
  const limit = bulkhead({ limit: 1 });
  const run = pipelineWith({}, limit, () => {
    throw new Error('boom');
  });
  expect(await codeOf(run(ok))).toBe('Error: boom');
  expect(limit.active).toBe(0);
});

test('metrics come with a name and a meter', async () => {
  const meter = someMetrics();
  const { run } = setUp({ name: 'stock', limit: 1, queue: 1, meter });
  const { run: unnamed } = setUp({ limit: 1, meter });
  void run(never);
  void unnamed(never);
  void run(never);
  await codeOf(run(never));
  expect(await linesOf(meter, 'keelson_bulkhead')).toEqual([
    'keelson_bulkhead_active{name="stock"} 1',
    'keelson_bulkhead_queued{name="stock"} 1',
    'keelson_bulkhead_rejected_total{name="stock"} 1',
  ]);
});

test('100,000 calls with aborts, time limits and errors leave no slot taken', async () => {
  const random = seeded(73);
  const clock = new FakeClock();
  const meter = someMetrics();
  const limit = bulkhead({ name: 'stock', limit: 20, queue: 30, queueTimeoutMs: 40, meter });
  const run = pipelineWith({ clock }, timeout({ ms: 60 }), limit);
  const codes: Record<string, number> = {};
  const running = new Set<Gate>();
  let [most, longest] = [0, 0];
  const finish = (gate: Gate): void => {
    running.delete(gate);
    if (random() < 0.3) gate.fail(keelsonError('INTERNAL'));
    else gate.open();
  };
  for (let round = 0; round < 1000; round += 1) {
    for (let i = 0; i < 100; i += 1) {
      const caller = new AbortController();
      const work = (): Promise<unknown> => {
        const gate = new Gate();
        running.add(gate);
        most = Math.max(most, running.size);
        return gate.promise;
      };
      const options = random() < 0.5 ? { signal: caller.signal } : {};
      void codeOf(run(work, options)).then((code) => (codes[code] = (codes[code] ?? 0) + 1));
      longest = Math.max(longest, limit.queued);
      if (random() < 0.2) caller.abort();
    }
    await clock.advance(Math.floor(random() * 30));
    for (const gate of running) if (random() < 0.6) finish(gate);
  }
  for (let left = 0; left < 10; left += 1) {
    for (const gate of running) finish(gate);
    await clock.advance(100);
  }
  expect([limit.active, limit.queued, running.size, clock.timers]).toEqual([0, 0, 0, 0]);
  expect(await linesOf(meter, 'keelson_bulkhead_active')).toEqual([]);
  expect(await linesOf(meter, 'keelson_bulkhead_queued')).toEqual([]);
  expect([most, longest]).toEqual([20, 30]);
  expect(Object.values(codes).reduce((sum, count) => sum + count)).toBe(100_000);
  for (const code of ['none', 'INTERNAL', 'ABORTED', 'TIMEOUT', 'BULKHEAD_FULL']) {
    expect(codes[code]).toBeGreaterThan(100);
  }
}, 60_000);

test.each<[Partial<BulkheadOptions>, RegExp]>([
  [{ limit: 0 }, /^bulkhead: limit must be a whole number from 1/],
  [{ limit: 1.5 }, /^bulkhead: limit/],
  [{ queue: -1 }, /^bulkhead: queue must be a whole number from 0/],
  [{ queueTimeoutMs: 0 }, /^bulkhead: queueTimeoutMs must be a number from 1/],
  [{ name: '' }, /^bulkhead: name must be text/],
])('refuses %j', (given, message) => {
  expect(() => bulkhead({ limit: 1, ...given })).toThrow(message);
});
