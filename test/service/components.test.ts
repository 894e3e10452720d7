import { noopLogger, type Component, type Logger } from '../../src/core';
import { Components } from '../../src/service/components';
import { FakeClock, settle } from '../support/fake-clock';

const open = new AbortController().signal;
const turn = (): AbortSignal => open;
const never = (): Promise<void> => new Promise(() => undefined);

let told: string[];
let clock: FakeClock;
let components: Components;

beforeEach(() => {
  told = [];
  clock = new FakeClock();
  const log: Logger = {
    ...noopLogger,
    debug: (_message, fields) => told.push(`started ${String(fields?.['component'])}`),
  };
  components = new Components(log, clock);
});

function add(name: string, more: Partial<Component> = {}): void {
  components.add({
    name,
    start: () => void told.push(`start ${name}`),
    stop: () => void told.push(`stop ${name}`),
    ...more,
  });
}

test('are started in the order given and stopped in reverse', async () => {
  for (const name of ['a', 'b', 'c']) add(name);
  await components.start(open);
  expect(await components.stop(turn)).toEqual([]);
  expect(told).toEqual([
    ...['start a', 'started a', 'start b', 'started b', 'start c', 'started c'],
    ...['stop c', 'stop b', 'stop a'],
  ]);
  expect(clock.timers).toBe(0);
});

test('one starts when the one before it has', async () => {
  let ready = (): void => undefined;
  add('a', { start: () => new Promise<void>((resolve) => (ready = resolve)) });
  add('b');
  const started = components.start(open);
  await settle();
  expect(told).toEqual([]);
  ready();
  await started;
  expect(told).toEqual(['started a', 'start b', 'started b']);
});

test('need neither a start nor a stop', async () => {
  components.add({ name: 'a' });
  await components.start(open);
  expect(await components.stop(turn)).toEqual([]);
});

test('that were never started are not stopped', async () => {
  add('a');
  expect(await components.stop(turn)).toEqual([]);
  expect(told).toEqual([]);
});

test('are stopped once', async () => {
  add('a');
  await components.start(open);
  await components.stop(turn);
  await components.stop(turn);
  expect(told.filter((what) => what === 'stop a')).toHaveLength(1);
});

describe('add', () => {
  test.each([[''], [undefined], [7]])('refuses the name %p', (name) => {
    expect(() => components.add({ name } as Component)).toThrow(
      expect.objectContaining({ code: 'START_FAILED', message: 'A component needs a name.' }),
    );
  });

  test('refuses a name that is taken', () => {
    add('db');
    expect(() => add('db')).toThrow("There are two components named 'db'.");
  });

  test('refuses what comes after the start, or after a stop', async () => {
    await components.start(open);
    expect(() => add('late')).toThrow(
      expect.objectContaining({ code: 'START_FAILED', message: expect.stringContaining("'late' came too late") }),
    );
    const stopped = new Components(noopLogger, clock);
    await stopped.stop(turn);
    expect(() => stopped.add({ name: 'late' })).toThrow('came too late');
  });

  test('can be taken back', async () => {
    add('a');
    add('b');
    components.takeBack();
    add('b');
    await components.start(open);
    expect(told).toEqual(['start a', 'started a', 'start b', 'started b']);
  });
});

describe('a start that fails', () => {
  test.each<[string, Component['start']]>([
    ['rejects', () => Promise.reject(new Error('refused'))],
    [
      'throws',
      () => {
        throw new Error('refused');
      },
    ],
  ])('%s: the error names the component, and those begun are stopped, it too', async (_how, start) => {
    add('a');
    add('db', { start: start as () => void });
    add('c');
    await expect(components.start(open)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: "The component 'db' could not start: refused",
      details: { component: 'db' },
      cause: new Error('refused'),
    });
    await components.stop(turn);
    expect(told).toEqual(['start a', 'started a', 'stop db', 'stop a']);
  });

  test('what is thrown may be no error', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    add('db', { start: () => Promise.reject('nothing') });
    await expect(components.start(open)).rejects.toThrow("The component 'db' could not start: nothing");
  });

  test('is one that takes longer than a minute, and is named', async () => {
    add('db', { start: never });
    const started = components.start(open).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await started).toMatchObject({ message: "The component 'db' could not start: Not started after 60000 ms." });
    expect(clock.timers).toBe(0);
  });

  test('is given up when the signal aborts: the component is told, and no further one is begun', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    add('a', {
      start: (signal) => {
        seen = signal;
        return never();
      },
    });
    add('b');
    const started = components.start(controller.signal).catch((error: unknown) => error);
    controller.abort(new Error('enough'));
    await clock.advance(1_000);
    expect(await started).toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('given up') });
    expect(seen?.aborted).toBe(true);
    await components.stop(turn);
    expect(told).toEqual(['stop a']);
    expect(clock.timers).toBe(0);
  });

  test.each([
    ['ends', 999, ['a has started']],
    ['fails', 999, ['a has failed']],
    ['goes on for more than a second', 1_001, []],
  ])(
    'and %s all the same: for a second it is waited for, so that the stop finds what it opened',
    async (how, ms, found) => {
      const controller = new AbortController();
      add('a', {
        start: () =>
          new Promise<void>((resolve, reject) =>
            clock.after(ms, () => {
              told.push(how === 'fails' ? 'a has failed' : 'a has started');
              if (how === 'fails') reject(new Error('refused'));
              else resolve();
            }),
          ),
      });
      const begun = clock.now();
      const started = components.start(controller.signal).catch((error: unknown) => error);
      controller.abort(new Error('enough'));
      await clock.advance(Math.min(ms, 1_000));
      expect(await started).toMatchObject({ message: expect.stringContaining('given up') });
      expect(told).toEqual(found);
      expect(clock.now() - begun).toBe(Math.min(ms, 1_000));
      await clock.advance(10);
      expect(clock.timers).toBe(0);
    },
  );

  test('and whose start throws at once needs no waiting', async () => {
    const controller = new AbortController();
    add('a', {
      start: () => {
        controller.abort(new Error('enough'));
        throw new Error('refused');
      },
    });
    await expect(components.start(controller.signal)).rejects.toThrow('refused');
    expect(clock.timers).toBe(0);
  });

  test('is not begun when the signal has aborted between two of them', async () => {
    const controller = new AbortController();
    add('a', { start: () => controller.abort(new Error('enough')) });
    add('b');
    await expect(components.start(controller.signal)).rejects.toThrow();
    expect(told).toEqual([]);
  });
});

describe('a stop that fails', () => {
  test('does not keep the others from being stopped, and all failures are told by name', async () => {
    add('a');
    add('b', { stop: () => Promise.reject(new Error('refused')) });
    add('c', {
      stop: () => {
        throw new Error('thrown');
      },
    });
    await components.start(open);
    expect(await components.stop(turn)).toMatchObject([
      { code: 'STOPPED', message: "The component 'c' failed to stop: thrown", cause: new Error('thrown') },
      { message: "The component 'b' failed to stop: refused" },
    ]);
    expect(told).toContain('stop a');
  });

  test('by hanging is left when its turn is over, and the others are stopped, each with a turn of its own', async () => {
    const turns: { left: number; controller: AbortController }[] = [];
    const signals: AbortSignal[] = [];
    add('a', { stop: (signal) => void signals.push(signal) });
    add('b', { stop: never });
    add('c', { stop: never });
    await components.start(open);
    const stopped = components.stop((left) => {
      const controller = new AbortController();
      turns.push({ left, controller });
      return controller.signal;
    });
    turns[0]?.controller.abort();
    for (let i = 0; i < 5; i++) await settle();
    turns[1]?.controller.abort();
    expect(await stopped).toMatchObject([
      { message: "The component 'c' failed to stop: Not stopped when the time was up." },
      { cause: { code: 'TIMEOUT' } },
    ]);
    expect(turns.map(({ left }) => left)).toEqual([3, 2, 1]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test('is none when the signal makes the component close at once', async () => {
    const controller = new AbortController();
    add('a', {
      stop: (signal) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => setImmediate(resolve), { once: true })),
    });
    await components.start(open);
    const stopped = components.stop(() => controller.signal);
    controller.abort();
    expect(await stopped).toEqual([]);
  });
});
