import { noopLogger, type Logger } from '../../src/core';
import { Lifecycle, type LifecycleParts, type StartStep, type StopStep } from '../../src/service/lifecycle';
import { FakeClock, settle } from '../support/fake-clock';

const byCode = { reason: 'stop() was called', drainDelay: false };
const bySignal = { reason: 'SIGTERM', drainDelay: true };

let clock: FakeClock;
let told: string[];
let errors: [string, unknown][];

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  errors = [];
});

afterEach(() => expect(clock.timers).toBe(0));

function lifecycle(parts: Partial<LifecycleParts> = {}): Lifecycle {
  const log: Logger = { ...noopLogger, error: (message, fields) => errors.push([message, fields]) };
  const start: StartStep[] = ['a', 'b'].map((name) => ({ name, run: () => void told.push(`start ${name}`) }));
  const stop: StopStep[] = ['b', 'a'].map((name) => ({ name, run: () => void told.push(`stop ${name}`) }));
  return new Lifecycle({
    log,
    clock,
    redact: (text) => text.replace('s3cret', '******'),
    start,
    stop,
    onDrain: () => void told.push('drain'),
    drainDelayMs: () => 5_000,
    timeoutMs: () => 25_000,
    ...parts,
  });
}

/** A promise, and its end. */
function pending(): { readonly promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

describe('start', () => {
  test('runs the steps in order, one after the other', async () => {
    const { promise, resolve } = pending();
    const life = lifecycle({
      start: [
        { name: 'a', run: () => promise },
        { name: 'b', run: () => void told.push('start b') },
      ],
    });
    expect(life.state).toBe('created');
    const started = life.start();
    expect(life.state).toBe('starting');
    await settle();
    expect(told).toEqual([]);
    resolve();
    await started;
    expect(told).toEqual(['start b']);
    expect(life.state).toBe('ready');
    await life.stop(byCode);
  });

  test('twice is the same start', async () => {
    const life = lifecycle();
    expect(life.start()).toBe(life.start());
    await life.start();
    expect(told).toEqual(['start a', 'start b']);
    await life.stop(byCode);
  });

  test('that fails stops everything, says why and what else went wrong, and stays failed', async () => {
    const life = lifecycle({
      start: [{ name: 'a', run: () => Promise.reject(new Error('no port for s3cret')) }],
      stop: [
        { name: 'x', run: () => Promise.reject(new Error('no end')) },
        { name: 'y', run: () => void told.push('stop y') },
      ],
    });
    await expect(life.start()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: 'The service could not start.\n  no port for ******\n  no end',
      details: { reasons: ['no port for ******', 'no end'] },
      cause: new Error('no port for s3cret'),
    });
    expect(told).toEqual(['stop y']);
    expect(life.state).toBe('failed');
    expect(errors.map(([message]) => message)).toEqual(['start failed', 'a step of the stop failed']);
    await expect(life.start()).rejects.toMatchObject({ code: 'START_FAILED' });
    await expect(life.stop(byCode)).resolves.toHaveLength(1);
    expect(life.state).toBe('failed');
  });

  test('that fails was never "stopped" to anybody who waits for the stop', async () => {
    const { promise, resolve } = pending();
    const life = lifecycle({
      start: [{ name: 'a', run: () => Promise.reject(new Error('no port')) }],
      stop: [{ name: 'x', run: () => promise }],
    });
    const started = life.start().catch((error: unknown) => error);
    await settle();
    expect(life.state).toBe('draining');
    const states = life.stop(byCode).then(() => life.state);
    resolve();
    expect(await states).toBe('failed');
    expect(await started).toMatchObject({ code: 'START_FAILED' });
  });

  test('what is thrown may be no error', async () => {
    const life = lifecycle({
      start: [
        {
          name: 'a',
          run: () => {
            // eslint-disable-next-line @typescript-eslint/only-throw-error
            throw 'nothing';
          },
        },
      ],
    });
    await expect(life.start()).rejects.toThrow('The service could not start.\n  nothing');
  });

  test('after a stop is refused, whether there was a start before or not', async () => {
    const fresh = lifecycle();
    await fresh.stop(byCode);
    await expect(fresh.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(fresh.state).toBe('stopped');

    const used = lifecycle();
    await used.start();
    await used.stop(byCode);
    await expect(used.start()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('during a stop is refused, and does not disturb it', async () => {
    const life = lifecycle();
    await life.start();
    const stopped = life.stop(byCode);
    await expect(life.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(await stopped).toEqual([]);
  });
});

describe('stop', () => {
  test('drains, then runs the steps in order', async () => {
    const life = lifecycle();
    await life.start();
    const stopped = life.stop(byCode);
    expect(life.state).toBe('draining');
    expect(await stopped).toEqual([]);
    expect(told).toEqual(['start a', 'start b', 'drain', 'stop b', 'stop a']);
    expect(life.state).toBe('stopped');
  });

  test('twice is the same stop', async () => {
    const life = lifecycle();
    await life.start();
    expect(life.stop(byCode)).toBe(life.stop(bySignal));
    await life.stop(byCode);
    expect(told.filter((what) => what === 'stop a')).toHaveLength(1);
  });

  test('asked for by who is told of the drain is the same stop, too', async () => {
    const stops: Promise<unknown>[] = [];
    const life: Lifecycle = lifecycle({ onDrain: () => stops.push(life.stop(byCode)) });
    await life.start();
    const stopped = life.stop(byCode);
    expect(stops).toEqual([stopped]);
    await stopped;
    expect(told).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  test('of a service that was never started neither drains nor waits', async () => {
    const life = lifecycle();
    await life.stop(bySignal);
    expect(told).toEqual(['stop b', 'stop a']);
  });

  test('by a signal serves on for the drain delay', async () => {
    const life = lifecycle();
    await life.start();
    void life.stop(bySignal);
    expect(told).toContain('drain');
    await clock.advance(4_999);
    expect(told).not.toContain('stop b');
    await clock.advance(1);
    expect(told).toContain('stop a');
  });

  test('runs every step even if one throws, and tells all that failed', async () => {
    const life = lifecycle({
      stop: [
        {
          name: 'x',
          run: () => {
            throw new Error('thrown');
          },
        },
        { name: 'y', run: () => Promise.reject(new Error('rejected')) },
        { name: 'z', run: () => void told.push('stop z') },
      ],
    });
    await life.start();
    expect(await life.stop(byCode)).toEqual([new Error('thrown'), new Error('rejected')]);
    expect(told).toContain('stop z');
    expect(errors.map(([, fields]) => (fields as { step: string }).step)).toEqual(['x', 'y']);
  });

  test('leaves a step behind that does not end although all time is up', async () => {
    const life = lifecycle({
      timeoutMs: () => 1_000,
      stop: [
        { name: 'x', run: () => new Promise(() => undefined) },
        { name: 'y', run: () => void told.push('stop y') },
      ],
    });
    await life.start();
    const stopped = life.stop(byCode);
    await clock.advance(1_250);
    expect(await stopped).toMatchObject([{ code: 'TIMEOUT', message: "The step 'x' did not end in time." }]);
    expect(told).toContain('stop y');
  });

  test('is hastened by a second one that has less time: the delay ends, and the limit is the new one', async () => {
    const seen: boolean[] = [];
    const life = lifecycle({
      stop: [
        {
          name: 'x',
          run: ({ work }) =>
            new Promise<void>((resolve) => {
              seen.push(work.aborted);
              work.addEventListener('abort', () => resolve(), { once: true });
            }),
        },
      ],
    });
    await life.start();
    const stopped = life.stop(bySignal);
    await clock.advance(1_000);
    expect(seen).toEqual([]);
    void life.stop({ reason: 'uncaught exception', drainDelay: false, limitMs: 3_000 });
    await settle();
    expect(seen).toEqual([false]);
    await clock.advance(2_400);
    expect(await stopped).toEqual([]);
  });

  test('takes a limit of its own', async () => {
    const life = lifecycle({
      stop: [
        {
          name: 'x',
          run: ({ all }) =>
            new Promise<void>((resolve) => all.addEventListener('abort', () => resolve(), { once: true })),
        },
      ],
    });
    await life.start();
    const stopped = life.stop({ ...byCode, limitMs: 100 });
    await clock.advance(100);
    expect(await stopped).toEqual([]);
  });
});

describe('stop during the start', () => {
  test('waits for the step in hand before it stops anything, and the start fails', async () => {
    const { promise, resolve } = pending();
    const life = lifecycle({
      start: [
        { name: 'bind', run: () => promise.then(() => void told.push('bound')) },
        { name: 'later', run: () => void told.push('start later') },
      ],
    });
    const started = life.start().catch((error: unknown) => error);
    const stopped = life.stop(bySignal);
    await settle();
    expect(told).toEqual([]);
    resolve();
    expect(await stopped).toEqual([]);
    expect(told).toEqual(['bound', 'stop b', 'stop a']);
    expect(await started).toMatchObject({
      code: 'START_FAILED',
      details: { reasons: ['The service was stopped while it was starting.'] },
    });
    expect(life.state).toBe('stopped');
    await expect(life.start()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('tells the step to give up', async () => {
    const life = lifecycle({
      start: [
        {
          name: 'a',
          run: (signal) =>
            new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
            ),
        },
      ],
    });
    const started = life.start().catch((error: unknown) => error);
    expect(await life.stop(byCode)).toEqual([]);
    expect(await started).toMatchObject({ cause: { code: 'STOPPED' } });
    expect(errors).toEqual([]);
  });

  test('does not wait for ever', async () => {
    const life = lifecycle({ start: [{ name: 'a', run: () => new Promise(() => undefined) }], timeoutMs: () => 1_000 });
    void life.start().catch(() => undefined);
    const stopped = life.stop(byCode);
    await clock.advance(800);
    expect(await stopped).toMatchObject([{ code: 'TIMEOUT' }]);
    expect(told).toEqual(['stop b', 'stop a']);
  });
});
