import { isKeelsonError, KeelsonError } from '../../src/core';
import { pipelineWith, retry, retryBudget, timeout, type Attempt, type RetryOptions } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { RecordingMeter } from '../support/recording';
import { broken, failure, listenersOf, never, seeded } from './support/failing-work';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

/** Jitter at its bound, so that waits are known. */
const full = (): number => 1;

/** Work that fails until it was run `fails` times more; keeps when it was run, in ms since the beginning. */
function flaky(fails: number, error: unknown = broken()): jest.Mock & { at: number[] } {
  const began = clock.now();
  const at: number[] = [];
  const thrown = error as Error;
  const work = jest.fn((_attempt: Attempt) => {
    at.push(clock.now() - began);
    return at.length <= fails ? Promise.reject(thrown) : Promise.resolve('done');
  });
  return Object.assign(work, { at });
}

const run = (options: RetryOptions = {}) => pipelineWith({ clock }, retry({ random: full, ...options }));

test('repeats what failed and may be repeated, with growing waits', async () => {
  const work = flaky(2);
  const result = run()(work);
  await clock.advance(300);
  await expect(result).resolves.toBe('done');
  expect(work.at).toEqual([0, 100, 300]);
  expect(work.mock.calls.map(([{ attempt }]) => attempt)).toEqual([1, 2, 3]);
  expect(clock.timers).toBe(0);
});

test('gives up after its attempts, with the last error', async () => {
  const errors = [broken(), broken(), broken()];
  const work = jest.fn(({ attempt }: Attempt) => Promise.reject(errors[attempt - 1] as Error));
  const failed = failure(run()(work));
  await clock.advance(10_000);
  expect(await failed).toBe(errors[2]);
  expect(work).toHaveBeenCalledTimes(3);
});

test('attempts: 1 repeats nothing', async () => {
  const work = flaky(1);
  await expect(run({ attempts: 1 })(work)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(work).toHaveBeenCalledTimes(1);
});

describe('what is repeated', () => {
  test.each([
    ['an error that does not say so', new Error('plain'), 1],
    ['an error that says no', broken(false), 1],
    ['something that is no error', 'text', 1],
    ['nothing at all', null, 1],
    ['an error of another library that says so', Object.assign(new Error('theirs'), { retryable: true }), 2],
  ])('%s', async (_what, error, times) => {
    const work = flaky(1, error);
    const done = failure(run()(work));
    await clock.advance(100);
    expect(await done).toBe(times === 1 ? error : undefined);
    expect(work).toHaveBeenCalledTimes(times);
  });

  test('work that throws at once is repeated as well', async () => {
    const work = jest.fn((): Promise<string> => {
      if (work.mock.calls.length === 1) throw broken();
      return Promise.resolve('done');
    });
    const result = run()(work);
    await clock.advance(100);
    await expect(result).resolves.toBe('done');
  });

  test('retryIf replaces the default, and is told which attempt failed', async () => {
    const error = new Error('plain');
    const retryIf = jest.fn((_error: unknown, { attempt }: { attempt: number }) => attempt < 2);
    const work = flaky(9, error);
    const failed = failure(run({ retryIf, attempts: 5 })(work));
    await clock.advance(1000);
    expect(await failed).toBe(error);
    expect(retryIf.mock.calls).toEqual([
      [error, { attempt: 1 }],
      [error, { attempt: 2 }],
    ]);
    const never = flaky(1);
    await expect(run({ retryIf: () => false })(never)).rejects.toMatchObject({ retryable: true });
    expect(never).toHaveBeenCalledTimes(1);
  });

  test('a retryIf that fails fails the call, and the first error is not lost', async () => {
    const bug = new TypeError('bug');
    const error = broken();
    const retryIf = (): boolean => {
      throw bug;
    };
    expect(await failure(run({ retryIf })(flaky(1, error)))).toBe(bug);
    expect(bug.cause).toBe(error);
  });
});

describe('an attempt', () => {
  test('has a signal of its own, which aborts when it has failed', async () => {
    const signals: AbortSignal[] = [];
    const error = broken();
    const result = run()(({ signal, attempt }) => {
      signals.push(signal);
      return attempt === 1 ? Promise.reject(error) : Promise.resolve(attempt);
    });
    await clock.advance(100);
    await expect(result).resolves.toBe(2);
    expect(signals[0]?.reason).toBe(error);
    expect(signals[1]?.aborted).toBe(false);
  });

  test('that took too long is repeated', async () => {
    const limited = pipelineWith({ clock }, retry({ random: full }), timeout({ ms: 50 }));
    const result = limited(({ attempt }) => (attempt === 1 ? never() : Promise.resolve(attempt)));
    await clock.advance(150);
    await expect(result).resolves.toBe(2);
    expect(clock.timers).toBe(0);
  });
});

describe('Retry-After', () => {
  test('is waited for where it is longer than the backoff', async () => {
    const work = flaky(1, broken(true, { retryAfterMs: 2000 }));
    const result = run()(work);
    await clock.advance(2000);
    await expect(result).resolves.toBe('done');
    expect(work.at).toEqual([0, 2000]);
  });

  test('does not shorten the backoff', async () => {
    const work = flaky(1, broken(true, { retryAfterMs: 10 }));
    const result = run()(work);
    await clock.advance(100);
    await result;
    expect(work.at).toEqual([0, 100]);
  });

  test.each([[-5], [NaN], ['soon'], [Infinity], [null]])('%p is ignored', async (retryAfterMs) => {
    const work = flaky(1, broken(true, { retryAfterMs }));
    const result = run()(work, { deadline: clock.now() + 5000 });
    await clock.advance(100);
    await expect(result).resolves.toBe('done');
    expect(work.at).toEqual([0, 100]);
  });

  test('of an hour fails the call at once, with the error: within a deadline, and without one', async () => {
    const error = broken(true, { retryAfterMs: 3_600_000 });
    for (const options of [{ deadline: clock.now() + 10_000 }, {}]) {
      const began = clock.now();
      const work = flaky(1, error);
      expect(await failure(run()(work, options))).toBe(error);
      expect([work.mock.calls.length, clock.now() - began, clock.timers]).toEqual([1, 0, 0]);
    }
  });

  test('that is too long takes nothing from the budget', async () => {
    const budget = { earn: jest.fn(), take: jest.fn(() => true) };
    await failure(run({ budget, maxRetryAfterMs: 100 })(flaky(1, broken(true, { retryAfterMs: 101 }))));
    expect(budget.take).not.toHaveBeenCalled();
    const result = run({ budget, maxRetryAfterMs: 100 })(flaky(1, broken(true, { retryAfterMs: 100 })));
    await clock.advance(100);
    await expect(result).resolves.toBe('done');
  });
});

describe('the deadline', () => {
  test('a wait that would not end before it is not begun: the last error comes at once', async () => {
    const error = broken();
    const work = flaky(9, error);
    const failed = failure(run()(work, { deadline: clock.now() + 300 }));
    await clock.advance(100);
    expect(await failed).toBe(error);
    expect(work.at).toEqual([0, 100]); // the second wait would have ended exactly with the deadline
    expect(clock.timers).toBe(0);
  });

  test('a timeout around it counts as one', async () => {
    const error = broken();
    const work = flaky(9, error);
    const limited = pipelineWith({ clock }, timeout({ ms: 300 }), retry({ random: full }));
    const failed = failure(limited(work));
    await clock.advance(100);
    expect(await failed).toBe(error);
    expect(work.at).toEqual([0, 100]);
    expect(clock.timers).toBe(0);
  });

  test('that passes during an attempt ends the call, and nothing is begun after it', async () => {
    const work = jest.fn(
      ({ signal }: Attempt) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(broken()));
        }),
    );
    const failed = failure(run({ retryIf: () => true })(work, { deadline: clock.now() + 50 }));
    await clock.advance(50);
    expect(isKeelsonError(await failed, 'DEADLINE_EXCEEDED')).toBe(true);
    await clock.advance(10_000);
    expect(work).toHaveBeenCalledTimes(1);
    expect(clock.timers).toBe(0);
  });
});

describe('a call that is given up', () => {
  test('while it waits ends at once, leaves no timer and no listener, and is not repeated', async () => {
    const caller = new AbortController();
    const listeners = listenersOf(caller.signal);
    const work = flaky(9);
    const failed = failure(run()(work, { signal: caller.signal }));
    await clock.advance(50);
    expect(clock.timers).toBe(1);
    caller.abort();
    expect(isKeelsonError(await failed, 'ABORTED')).toBe(true);
    await clock.advance(0);
    expect(clock.timers).toBe(0);
    expect(listeners()).toBe(0);
    await clock.advance(10_000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('during an attempt tells that attempt, and is not repeated whatever the work says', async () => {
    const caller = new AbortController();
    const work = jest.fn(
      ({ signal }: Attempt) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(broken()));
        }),
    );
    const failed = failure(run({ retryIf: () => true })(work, { signal: caller.signal }));
    caller.abort();
    expect(isKeelsonError(await failed, 'ABORTED')).toBe(true);
    await clock.advance(10_000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('a signal that serves many calls keeps nothing of those that ended', async () => {
    const { signal } = new AbortController();
    const listeners = listenersOf(signal);
    for (let i = 0; i < 20; i += 1) {
      const result = run()(
        ({ signal: own, attempt }) => (own.aborted || attempt < 3 ? Promise.reject(broken()) : finished()),
        {
          signal,
        },
      );
      await clock.advance(300);
      await result;
    }
    expect(listeners()).toBe(0);
  });
  const finished = (): Promise<string> => Promise.resolve('done');
});

describe('the budget', () => {
  /** A second of an upstream that only fails: 500 calls. */
  async function storm(
    policy: ReturnType<typeof retry>,
    seconds: number,
  ): Promise<{ calls: number; upstream: number }> {
    const call = pipelineWith({ clock }, policy);
    const runs: Promise<unknown>[] = [];
    let upstream = 0;
    const refused = new KeelsonError('HTTP_STATUS', 'It answered 503.', { retryable: true });
    for (let at = 0; at < seconds * 1000; at += 20) {
      for (let i = 0; i < 10; i += 1) {
        const work = (): Promise<never> => {
          upstream += 1;
          return Promise.reject(refused);
        };
        runs.push(failure(call(work)));
      }
      await clock.advance(20);
    }
    await clock.advance(60_000);
    expect(new Set(await Promise.all(runs))).toEqual(new Set([refused]));
    return { calls: runs.length, upstream };
  }

  test('a dead upstream sees at most 1.2 times the calls and 10 a second', async () => {
    const { calls, upstream } = await storm(retry({ random: seeded() }), 30);
    expect(calls).toBe(15_000);
    expect(upstream).toBeLessThanOrEqual(1.2 * calls + 10 * 30);
    expect(upstream).toBeGreaterThan(1.2 * calls); // and the budget is used, not just closed
    expect(clock.timers).toBe(0);
  });

  test('without one to speak of it would see three times as many', async () => {
    const generous = retryBudget({ ratio: 10 });
    const { calls, upstream } = await storm(retry({ random: seeded(), budget: generous }), 2);
    expect(upstream).toBe(3 * calls);
  });

  test('after a calm day the storm is met with no more than ten seconds of savings', async () => {
    const policy = retry({ random: seeded() });
    await pipelineWith({ clock }, policy)(() => Promise.resolve());
    await clock.advance(86_400_000);
    const { calls, upstream } = await storm(policy, 10);
    expect(upstream).toBeLessThanOrEqual(1.2 * calls + 10 * (10 + 10));
  });

  test('is shared by whoever is given it, and otherwise each has its own', async () => {
    const budget = retryBudget({ ratio: 0, perSecond: 1 });
    const attempts = async (policy: ReturnType<typeof retry>): Promise<number> => {
      const work = flaky(9);
      const failed = failure(pipelineWith({ clock }, policy)(work));
      await clock.advance(0);
      await failed;
      return work.mock.calls.length;
    };
    const instantly = { random: () => 0, attempts: 5 };
    expect(await attempts(retry({ ...instantly, budget }))).toBe(2);
    expect(await attempts(retry({ ...instantly, budget }))).toBe(1);
    expect(await attempts(retry(instantly))).toBe(5);
  });

  test('further attempts by a retry around it are no new calls: they pay nothing in', async () => {
    const budgets = [1, 2].map(() => ({ earn: jest.fn(), take: jest.fn(() => true) }));
    const [outer, inner] = budgets.map((budget) => retry({ budget, random: () => 0 }));
    await failure(pipelineWith({ clock }, outer!, inner!)(flaky(99)));
    expect(budgets.map(({ earn, take }) => [earn.mock.calls.length, take.mock.calls.length])).toEqual([
      [1, 2],
      [1, 6],
    ]);
  });
});

test('counts attempts by what came of them, and retries that the budget forbade', async () => {
  const meter = new RecordingMeter();
  const budget = retryBudget({ ratio: 0, perSecond: 1 });
  const call = run({ name: 'prices', meter, budget, random: () => 0 });
  await call(flaky(1));
  await failure(call(flaky(1)));
  await call(flaky(0));
  const attempts = meter.counted.filter(({ name }) => name === 'keelson_retry_attempts_total');
  expect(attempts.map(({ labels }) => (labels as { outcome: string }).outcome)).toEqual([
    'retried',
    'success',
    'failed',
    'success',
  ]);
  expect(meter.counted.filter(({ name }) => name === 'keelson_retry_budget_exhausted_total')).toEqual([
    { name: 'keelson_retry_budget_exhausted_total', labels: { name: 'prices' } },
  ]);
});

test('makes no signal and no timer for work that succeeds and asks for none', async () => {
  const made = jest.spyOn(globalThis, 'AbortController');
  await run()(() => Promise.resolve('done'));
  expect(made).not.toHaveBeenCalled();
  made.mockRestore();
  expect(clock.timers).toBe(0);
});

test.each([
  [{ attempts: 0 }, 'retry: attempts must be a whole number from 1 to 100, not 0.'],
  [{ attempts: 2.5 }, 'retry: attempts must be a whole number from 1 to 100, not 2.5.'],
  [{ attempts: '3' }, 'retry: attempts must be a whole number from 1 to 100, not 3.'],
  [{ maxRetryAfterMs: -1 }, 'retry: maxRetryAfterMs must be a number from 0 to 2147483647, not -1.'],
  [{ backoff: { initialMs: -1 } }, 'retry: backoff.initialMs must be a number from 0 to 2147483647, not -1.'],
  [{ retryIf: true }, 'retry: retryIf must be a function, not boolean.'],
  [{ random: 0.5 }, 'retry: random must be a function, not 0.5.'],
  [{ budget: 0.2 }, 'retry: budget must be made by retryBudget(), not number.'],
  [{ name: '' }, 'retry: name must be text that is not empty, not "".'],
])('refuses %j', (options, message) => {
  expect(() => retry(options as unknown as RetryOptions)).toThrow(message);
  expect(failureCode(() => retry(options as unknown as RetryOptions))).toBe('CONFIG_INVALID');
});

function failureCode(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return isKeelsonError(error) ? error.code : error;
  }
}
