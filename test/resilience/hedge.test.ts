import { isKeelsonError } from '../../src/core';
import {
  hedge,
  pipelineWith,
  retry,
  retryBudget,
  type Attempt,
  type HedgeOptions,
  type Policy,
} from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { RecordingMeter } from '../support/recording';
import { broken, callOf, failure, listenersOf } from './support/failing-work';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

interface Begun extends Attempt {
  readonly at: number;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

/** Work whose attempts end when the test says so. */
function held(): { work: (attempt: Attempt) => Promise<unknown>; begun: Begun[] } {
  const began = clock.now();
  const begun: Begun[] = [];
  const work = ({ signal, attempt, deadline }: Attempt): Promise<unknown> =>
    new Promise((answer, fail) => begun.push({ signal, attempt, deadline, at: clock.now() - began, answer, fail }));
  return { work, begun };
}

const run = (options: Partial<HedgeOptions> = {}) => pipelineWith({ clock }, hedge({ afterMs: 100, ...options }));

test('an attempt that answers in time stays alone, and leaves no timer', async () => {
  const { work, begun } = held();
  const result = run()(work);
  await clock.advance(99);
  begun[0]?.answer('first');
  await expect(result).resolves.toBe('first');
  expect(clock.timers).toBe(0);
  await clock.advance(1000);
  expect(begun).toHaveLength(1);
});

test('a slow attempt gets another one beside it; the faster wins and the other is aborted', async () => {
  const { work, begun } = held();
  const result = run()(work);
  await clock.advance(100);
  expect(begun.map(({ at, attempt }) => [at, attempt])).toEqual([
    [0, 1],
    [100, 2],
  ]);
  begun[1]?.answer('second');
  await expect(result).resolves.toBe('second');
  expect(isKeelsonError(begun[0]?.signal.reason, 'ABORTED')).toBe(true);
  expect(begun[1]?.signal.aborted).toBe(false);
  expect(clock.timers).toBe(0);
});

test('the first may still win, and then the other is aborted', async () => {
  const { work, begun } = held();
  const result = run()(work);
  await clock.advance(150);
  begun[0]?.answer('first');
  await expect(result).resolves.toBe('first');
  expect(begun.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  begun[1]?.answer('late');
  begun[1]?.fail(broken());
});

test('no more attempts than it may, one after the other', async () => {
  const { work, begun } = held();
  const result = run({ attempts: 3 })(work);
  await clock.advance(10_000);
  expect(begun.map(({ at }) => at)).toEqual([0, 100, 200]);
  expect(clock.timers).toBe(0);
  begun[2]?.answer('third');
  await expect(result).resolves.toBe('third');
});

describe('failures', () => {
  test('before another attempt has begun: that is what comes of the call, and nothing is begun', async () => {
    const { work, begun } = held();
    const failed = failure(run()(work));
    const error = broken();
    await clock.advance(50);
    begun[0]?.fail(error);
    expect(await failed).toBe(error);
    expect(clock.timers).toBe(0);
    await clock.advance(1000);
    expect(begun).toHaveLength(1);
  });

  test('while another is running: that one goes on', async () => {
    const { work, begun } = held();
    const result = run()(work);
    await clock.advance(100);
    begun[0]?.fail(broken());
    await clock.advance(100);
    begun[1]?.answer('second');
    await expect(result).resolves.toBe('second');
  });

  test.each([
    [0, 1],
    [1, 0],
  ])('of all (%p, then %p): the error of the first attempt, as it would be without a hedge', async (one, other) => {
    const { work, begun } = held();
    const failed = failure(run()(work));
    await clock.advance(100);
    const errors = [broken(), broken()];
    begun[one]?.fail(errors[one]);
    await clock.advance(1);
    begun[other]?.fail(errors[other]);
    expect(await failed).toBe(errors[0]);
    expect(clock.timers).toBe(0);
  });

  test('work that throws at once fails like any other', async () => {
    const error = broken();
    const raise = (): never => {
      throw error;
    };
    expect(await failure(hedge({ afterMs: 100 })(callOf({ clock }), raise))).toBe(error);
    expect(clock.timers).toBe(0);
  });

  test('a stage that throws at once when a later attempt begins: the first goes on', async () => {
    const { work, begun } = held();
    const stage: Policy = (call, next) => {
      if (call.attempt > 1) throw broken();
      return next(call);
    };
    const result = pipelineWith({ clock }, hedge({ afterMs: 100 }), stage)(work);
    await clock.advance(200);
    begun[0]?.answer('first');
    await expect(result).resolves.toBe('first');
    expect(clock.timers).toBe(0);
  });
});

describe('a call that is given up', () => {
  test('begins nothing more and leaves no timer; the attempts are told', async () => {
    const caller = new AbortController();
    const listeners = listenersOf(caller.signal);
    const { work, begun } = held();
    const failed = failure(run({ attempts: 3 })(work, { signal: caller.signal }));
    await clock.advance(100);
    caller.abort();
    expect(isKeelsonError(await failed, 'ABORTED')).toBe(true);
    expect(clock.timers).toBe(0);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await clock.advance(1000);
    expect(begun).toHaveLength(2);
    for (const one of begun) one.fail(one.signal.reason);
    await clock.advance(0);
    expect(listeners()).toBe(0);
  });

  test('by its deadline: as well', async () => {
    const { work, begun } = held();
    const failed = failure(run()(work, { deadline: clock.now() + 60 }));
    await clock.advance(60);
    expect(isKeelsonError(await failed, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(clock.timers).toBe(0);
    await clock.advance(1000);
    expect(begun).toHaveLength(1);
  });
});

test('a signal that serves many calls keeps nothing of those that ended', async () => {
  const { signal } = new AbortController();
  const listeners = listenersOf(signal);
  for (let i = 0; i < 20; i += 1) {
    const { work, begun } = held();
    const result = run()(work, { signal });
    await clock.advance(100);
    begun[1]?.answer('second');
    await result;
  }
  expect(listeners()).toBe(0);
});

describe('a budget', () => {
  test('that is spent forbids the other attempts', async () => {
    const budget = retryBudget({ ratio: 0, perSecond: 1 });
    const meter = new RecordingMeter();
    const both = [held(), held()];
    const results = both.map(({ work }) => run({ budget, meter, name: 'prices', attempts: 3 })(work));
    await clock.advance(150);
    expect(both.map(({ begun }) => begun.length)).toEqual([2, 1]);
    await clock.advance(700);
    expect(clock.timers).toBe(0);
    for (const { begun } of both) begun[0]?.answer('first');
    await expect(Promise.all(results)).resolves.toEqual(['first', 'first']);
    expect(meter.counted.map(({ labels }) => (labels as { outcome: string }).outcome)).toEqual([
      'refused',
      'refused',
      'lost',
    ]);
  });

  test('is paid by the calls of the retry that shares it, once each', async () => {
    const budget = { earn: jest.fn(), take: jest.fn(() => true) };
    const call = pipelineWith({ clock }, hedge({ afterMs: 100, budget }), retry({ budget, random: () => 0 }));
    const { work, begun } = held();
    const result = call(work);
    await clock.advance(100);
    begun[0]?.fail(broken());
    await clock.advance(0);
    begun[2]?.answer('third');
    await expect(result).resolves.toBe('third');
    expect(budget.earn).toHaveBeenCalledTimes(1);
    expect(budget.take).toHaveBeenCalledTimes(2);
  });
});

test('counts what became of the other attempts', async () => {
  const meter = new RecordingMeter();
  const { work, begun } = held();
  const call = run({ meter, name: 'prices' });
  const result = call(work);
  await clock.advance(100);
  begun[1]?.answer('second');
  await result;
  expect(meter.counted).toEqual([{ name: 'keelson_hedges_total', labels: { name: 'prices', outcome: 'won' } }]);
});

test.each([
  [{}, 'hedge: afterMs must be a number from 1 to 2147483647, not undefined.'],
  [{ afterMs: 0 }, 'hedge: afterMs must be a number from 1 to 2147483647, not 0.'],
  [{ afterMs: 5, attempts: 1 }, 'hedge: attempts must be a whole number from 2 to 10, not 1.'],
  [{ afterMs: 5, attempts: 11 }, 'hedge: attempts must be a whole number from 2 to 10, not 11.'],
  [{ afterMs: 5, budget: true }, 'hedge: budget must be made by retryBudget(), not boolean.'],
])('refuses %j', (options, message) => {
  expect(() => hedge(options as unknown as HedgeOptions)).toThrow(message);
});
