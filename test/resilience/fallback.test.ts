import { isKeelsonError, KeelsonError } from '../../src/core';
import { fallback, pipelineWith, retry, timeout } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { RecordingMeter } from '../support/recording';
import { broken, failure, never } from './support/failing-work';

const clock = new FakeClock();

test('answers for a call that failed, at once or later', async () => {
  const now = pipelineWith(
    { clock },
    fallback(() => 'instead'),
  );
  const later = pipelineWith(
    { clock },
    fallback(() => Promise.resolve('later')),
  );
  await expect(now(() => Promise.reject(broken()))).resolves.toBe('instead');
  await expect(later(() => Promise.reject(broken()))).resolves.toBe('later');
  await expect(now(() => Promise.resolve(7))).resolves.toBe(7);
  await expect(
    now(() => {
      throw broken();
    }),
  ).resolves.toBe('instead');
});

test('is told the error and the call', async () => {
  const answer = jest.fn((_error: unknown, call: { key: string | undefined; attempt: number }) => call.key);
  const error = broken(false);
  const deadline = clock.now() + 1000;
  await expect(
    pipelineWith({ clock }, fallback(answer))(() => Promise.reject(error), { key: 'k', deadline }),
  ).resolves.toBe('k');
  expect(answer.mock.calls[0]?.[0]).toBe(error);
  expect(answer.mock.calls[0]?.[1]).toMatchObject({ key: 'k', attempt: 1, deadline });
  expect(clock.timers).toBe(0);
});

test('stands in once for all attempts, and for what took too long', async () => {
  const answer = jest.fn(() => 'instead');
  const run = pipelineWith({ clock }, fallback(answer), retry({ random: () => 0 }), timeout({ ms: 10 }));
  const result = run(never);
  await clock.advance(30);
  await expect(result).resolves.toBe('instead');
  expect(answer).toHaveBeenCalledTimes(1);
});

describe('never runs', () => {
  test('for a call that its caller gave up, whatever the work says of it', async () => {
    const answer = jest.fn(() => 'instead');
    const caller = new AbortController();
    const failed = failure(
      pipelineWith({ clock }, fallback(answer))(
        ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(broken()))),
        { signal: caller.signal },
      ),
    );
    caller.abort();
    expect(isKeelsonError(await failed, 'ABORTED')).toBe(true);
    await clock.advance(0);
    expect(answer).not.toHaveBeenCalled();
  });

  test('for ABORTED', async () => {
    const answer = jest.fn(() => 'instead');
    const aborted = new KeelsonError('ABORTED', 'Given up.', { retryable: false });
    expect(await failure(pipelineWith({ clock }, fallback(answer))(() => Promise.reject(aborted)))).toBe(aborted);
    expect(answer).not.toHaveBeenCalled();
  });

  test('when the deadline of the call has passed: the answer would come too late', async () => {
    const answer = jest.fn(() => 'instead');
    const failed = failure(
      pipelineWith({ clock }, fallback(answer))(
        ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(broken()))),
        { deadline: clock.now() + 10 },
      ),
    );
    await clock.advance(10);
    expect(isKeelsonError(await failed, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(answer).not.toHaveBeenCalled();
  });

  test('for an error that it is not meant for', async () => {
    const run = pipelineWith(
      { clock },
      fallback(() => 'instead', { if: (error) => isKeelsonError(error, 'TIMEOUT') }),
    );
    const error = broken();
    expect(await failure(run(() => Promise.reject(error)))).toBe(error);
    const late = run(() => Promise.reject(new KeelsonError('TIMEOUT', 'Late.', { retryable: true })));
    await expect(late).resolves.toBe('instead');
  });
});

describe('a fallback that fails', () => {
  test.each([
    ['at once', (error: Error) => () => raise(error)],
    ['later', (error: Error) => () => Promise.reject(error)],
  ])('%s: its error has the first as its cause', async (_when, failing) => {
    const second = new Error('second');
    const first = broken();
    expect(await failure(pipelineWith({ clock }, fallback(failing(second)))(() => Promise.reject(first)))).toBe(second);
    expect(second.cause).toBe(first);
  });

  test('may hand on the error itself', async () => {
    const first = broken();
    const run = pipelineWith({ clock }, fallback(raise));
    expect(await failure(run(() => Promise.reject(first)))).toBe(first);
    expect(first.cause).toBeUndefined();
  });

  test('when it asks whether it is meant: as well', async () => {
    const bug = new TypeError('bug');
    const first = broken();
    const run = pipelineWith(
      { clock },
      fallback(() => 'instead', { if: () => raise(bug) }),
    );
    expect(await failure(run(() => Promise.reject(first)))).toBe(bug);
    expect(bug.cause).toBe(first);
  });
});

function raise(error: unknown): never {
  throw error;
}

test('is counted apart', async () => {
  const meter = new RecordingMeter();
  const run = pipelineWith(
    { clock },
    fallback((error) => (isKeelsonError(error) ? 'instead' : raise(error)), { name: 'prices', meter }),
  );
  await run(() => Promise.resolve('fine'));
  await run(() => Promise.reject(broken()));
  await failure(run(() => Promise.reject(new Error('plain'))));
  expect(meter.counted).toEqual([
    { name: 'keelson_fallback_total', labels: { name: 'prices', outcome: 'answered' } },
    { name: 'keelson_fallback_total', labels: { name: 'prices', outcome: 'failed' } },
  ]);
});

test.each([
  [undefined, {}, 'fallback: answer must be a function, not undefined.'],
  ['x', {}, 'fallback: answer must be a function, not x.'],
  [() => 1, { if: 5 }, 'fallback: if must be a function, not 5.'],
  [() => 1, { name: 5 }, 'fallback: name must be text that is not empty, not number.'],
])('refuses %p with %j', (answer, options: object, message) => {
  expect(() => fallback(answer as () => number, options)).toThrow(message);
});
