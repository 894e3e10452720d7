import { getMaxListeners } from 'node:events';
import { isKeelsonError, KeelsonError } from '../../src/core';
import { pipeline, pipelineWith, timeout, type Policy } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';

const clock = new FakeClock();
const never = (): Promise<never> => new Promise(() => undefined);
const codeOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'none',
    (error: unknown) => (isKeelsonError(error) ? error.code : String(error)),
  );

test('runs the work within the policies, outermost first', async () => {
  const steps: string[] = [];
  const step =
    (name: string): Policy =>
    async (call, next) => {
      steps.push(`${name} begins`);
      const value = await next(call);
      steps.push(`${name} ends`);
      return value;
    };
  const run = pipeline(step('outer'), step('inner'));
  await expect(run(() => Promise.resolve(7))).resolves.toBe(7);
  expect(steps).toEqual(['outer begins', 'inner begins', 'inner ends', 'outer ends']);
});

test('rejects with what the work throws, at once or later', async () => {
  const boom = new Error('boom');
  await expect(pipeline()(() => Promise.reject(boom))).rejects.toBe(boom);
  await expect(
    pipeline(timeout({ ms: 5 }))(() => {
      throw boom;
    }),
  ).rejects.toBe(boom);
});

test('tells the work who calls, and makes a signal only when asked', async () => {
  const run = pipelineWith({ clock });
  const seen = await run((attempt) => Promise.resolve({ ...attempt, n: attempt.attempt }), {
    deadline: clock.now() + 9,
  });
  expect(seen.n).toBe(1);
  await expect(run(({ signal }) => Promise.resolve(signal.aborted))).resolves.toBe(false);
});

describe('a signal', () => {
  test('that aborts rejects the call at once and tells the work', async () => {
    const caller = new AbortController();
    let told: unknown;
    const work = pipeline()(
      ({ signal }) => {
        signal.addEventListener('abort', () => (told = signal.reason));
        return never();
      },
      { signal: caller.signal },
    );
    caller.abort(new Error('gone'));
    await expect(codeOf(work)).resolves.toBe('ABORTED');
    expect(told).toEqual(new Error('gone'));
  });

  test('that was aborted before keeps the work from beginning', async () => {
    const work = jest.fn(never);
    const signal = AbortSignal.abort(new KeelsonError('STOPPED', 'It stops.', { retryable: false }));
    await expect(codeOf(pipeline()(work, { signal }))).resolves.toBe('STOPPED');
    expect(work).not.toHaveBeenCalled();
  });

  test('serves many calls at once, and each attempt many listeners: Node.js takes neither for a leak', async () => {
    const { signal } = new AbortController();
    const own = await pipeline(timeout({ ms: 50 }))((attempt) => Promise.resolve(attempt.signal), { signal });
    expect([signal, own].map((one) => getMaxListeners(one))).toEqual([Infinity, Infinity]);
  });

  test('is let go of when the call has ended', async () => {
    const { signal } = new AbortController();
    const add = jest.spyOn(signal, 'addEventListener');
    const remove = jest.spyOn(signal, 'removeEventListener');
    await pipeline(timeout({ ms: 50 }))((attempt) => Promise.resolve(attempt.signal.aborted), { signal });
    expect(add.mock.calls.length).toBeGreaterThan(1);
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
  });
});

describe('a deadline', () => {
  test('ends the call when it passes and aborts the work', async () => {
    let reason: unknown;
    const work = pipelineWith({ clock })(
      ({ signal }) => {
        signal.addEventListener('abort', () => (reason = signal.reason));
        return never();
      },
      { deadline: clock.now() + 100 },
    );
    const code = codeOf(work);
    await clock.advance(99);
    expect(reason).toBeUndefined();
    await clock.advance(1);
    await expect(code).resolves.toBe('DEADLINE_EXCEEDED');
    expect(isKeelsonError(reason, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('that has passed keeps the work from beginning', async () => {
    const work = jest.fn(never);
    await expect(codeOf(pipelineWith({ clock })(work, { deadline: clock.now() }))).resolves.toBe('DEADLINE_EXCEEDED');
    expect(work).not.toHaveBeenCalled();
  });
});

test('one that leaves the deadline to its policies has no timer for it, but refuses what comes too late', async () => {
  const clock = new FakeClock();
  const run = pipelineWith({ clock, watchDeadline: false }, timeout({ ms: 100 }));
  const failed = codeOf(run(never, { deadline: clock.now() + 40 }));
  expect(clock.timers).toBe(1);
  await clock.advance(40);
  await expect(failed).resolves.toBe('DEADLINE_EXCEEDED');
  await expect(codeOf(run(never, { deadline: clock.now() }))).resolves.toBe('DEADLINE_EXCEEDED');
  expect(clock.timers).toBe(0);
});
