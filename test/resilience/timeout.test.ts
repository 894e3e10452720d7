import { isKeelsonError } from '../../src/core';
import { pipelineWith, timeout } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';

const clock = new FakeClock();
const never = (): Promise<never> => new Promise(() => undefined);
const failure = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

test('lets through what ends in time, and leaves no timer', async () => {
  const run = pipelineWith({ clock }, timeout({ ms: 100 }));
  await expect(run(() => Promise.resolve('done'))).resolves.toBe('done');
  expect(clock.timers).toBe(0);
});

test('gives up what takes too long: the signal aborts with the error that the caller gets', async () => {
  let reason: unknown;
  const failed = failure(
    pipelineWith(
      { clock },
      timeout({ ms: 100 }),
    )(({ signal }) => {
      signal.addEventListener('abort', () => (reason = signal.reason));
      return never();
    }),
  );
  await clock.advance(100);
  const error = await failed;
  expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true, status: 504 });
  expect(reason).toBe(error);
});

test('a signal that is asked for late has aborted', async () => {
  let late: (() => AbortSignal) | undefined;
  const failed = failure(
    pipelineWith(
      { clock },
      timeout({ ms: 100 }),
    )((attempt) => {
      late = () => attempt.signal;
      return never();
    }),
  );
  await clock.advance(100);
  await failed;
  expect(late?.().aborted).toBe(true);
});

test('what is left of the deadline counts where it is less', async () => {
  const run = pipelineWith({ clock }, timeout({ ms: 100 }));
  const failed = failure(run(never, { deadline: clock.now() + 40 }));
  await clock.advance(40);
  expect(isKeelsonError(await failed, 'DEADLINE_EXCEEDED')).toBe(true);
  expect(clock.timers).toBe(0);
});

test.each([0, -1, NaN, Infinity, '5'])('refuses %p as its time', (ms) => {
  expect(() => timeout({ ms: ms as number })).toThrow(/^timeout: ms must be a number from 1 to 2147483647, not /);
});

test('what is within is told when it ends: the earlier of its own time and the deadline', async () => {
  const run = pipelineWith({ clock }, timeout({ ms: 100 }), timeout({ ms: 60 }));
  const left = (deadline?: number): Promise<number> =>
    run((attempt) => Promise.resolve((attempt.deadline ?? Infinity) - clock.now()), { deadline });
  await expect(left()).resolves.toBe(60);
  await expect(left(clock.now() + 80)).resolves.toBe(60);
  await expect(left(clock.now() + 40)).resolves.toBe(40);
});

test('the outer of two that end together says that it was too long', async () => {
  const run = pipelineWith({ clock }, timeout({ ms: 100 }), timeout({ ms: 100 }));
  const failed = failure(run(never));
  await clock.advance(100);
  expect(isKeelsonError(await failed, 'TIMEOUT')).toBe(true);
  expect(clock.timers).toBe(0);
});
