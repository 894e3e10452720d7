import { isKeelsonError, KeelsonError } from '../../src/core';
import { cache, pipelineWith, timeout, type Attempt, type Cache, type CacheOptions } from '../../src/resilience';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingMeter } from '../support/recording';
import { broken, failure, listenersOf } from './support/failing-work';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

/** Work that answers 1, 2, 3, ... */
function counting(): jest.Mock<Promise<number>, []> {
  let n = 0;
  return jest.fn(() => Promise.resolve((n += 1)));
}

interface Begun {
  readonly signal: AbortSignal;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

/** Work that ends when the test says so. */
function held(): { work: (attempt: Attempt) => Promise<unknown>; begun: Begun[] } {
  const begun: Begun[] = [];
  const work = ({ signal }: Attempt): Promise<unknown> =>
    new Promise((answer, fail) => begun.push({ signal, answer, fail }));
  return { work, begun };
}

function cached(options: Partial<CacheOptions> = {}) {
  const policy: Cache = cache({ ttlMs: 1000, ...options });
  return { policy, run: pipelineWith({ clock }, policy) };
}

const key = 'k';

describe('answers', () => {
  test('are kept by key until their time is over', async () => {
    const { run } = cached();
    const work = counting();
    expect(await run(work, { key })).toBe(1);
    await clock.advance(999);
    expect(await run(work, { key })).toBe(1);
    expect(await run(work, { key: 'other' })).toBe(2);
    await clock.advance(1);
    expect(await run(work, { key })).toBe(3);
    expect(clock.timers).toBe(0);
  });

  test('are the very same value for all, also when it is nothing', async () => {
    const { run } = cached();
    const value = {};
    expect(await run(() => Promise.resolve(value), { key })).toBe(value);
    expect(await run(counting(), { key })).toBe(value);
    const work = jest.fn(() => Promise.resolve(undefined));
    await run(work, { key: 'nothing' });
    expect(await run(work, { key: 'nothing' })).toBeUndefined();
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('without a key are not kept', async () => {
    const { run } = cached();
    const work = counting();
    expect([await run(work), await run(work)]).toEqual([1, 2]);
    expect(await run(work, { key: '' })).toBe(3);
    expect(await run(work, { key: '' })).toBe(3);
  });

  test('that are errors are not kept', async () => {
    const { run } = cached();
    const error = broken();
    expect(await failure(run(() => Promise.reject(error), { key }))).toBe(error);
    expect(await run(counting(), { key })).toBe(1);
  });

  test('are no more than it may keep: what was not used for longest goes first', async () => {
    const { run } = cached({ maxEntries: 2 });
    const work = counting();
    await run(work, { key: 'a' });
    await run(work, { key: 'b' });
    await run(work, { key: 'a' });
    await run(work, { key: 'c' });
    expect(await run(work, { key: 'a' })).toBe(1);
    expect(await run(work, { key: 'b' })).toBe(4);
  });

  test('keys that are names of object members are keys like others', async () => {
    const { run } = cached();
    const work = counting();
    const names = ['__proto__', 'constructor', 'toString'];
    for (const name of names) await run(work, { key: name });
    expect(await Promise.all(names.map((name) => run(work, { key: name })))).toEqual([1, 2, 3]);
  });
});

describe('calls of one key at the same time', () => {
  test('share one execution: a hundred callers, one call', async () => {
    const { run } = cached();
    const { work, begun } = held();
    const results = Array.from({ length: 100 }, () => run(work, { key }));
    const other = run(work, { key: 'other' });
    expect(begun).toHaveLength(2);
    begun[0]?.answer('shared');
    begun[1]?.answer('other');
    expect(new Set(await Promise.all(results))).toEqual(new Set(['shared']));
    await expect(other).resolves.toBe('other');
  });

  test('share its error as well, and the next call begins anew', async () => {
    const { run } = cached();
    const { work, begun } = held();
    const failures = [1, 2, 3].map(() => failure(run(work, { key })));
    const error = broken();
    begun[0]?.fail(error);
    for (const failed of failures) expect(await failed).toBe(error);
    const next = run(work, { key });
    expect(begun).toHaveLength(2);
    begun[1]?.answer('anew');
    await expect(next).resolves.toBe('anew');
  });

  test('one that is aborted, whose deadline passes or whose time is up is rejected alone, even if it was the first', async () => {
    const policy = cache({ ttlMs: 1000 });
    const run = pipelineWith({ clock }, policy);
    const { work, begun } = held();
    const caller = new AbortController();
    const aborted = failure(run(work, { key, signal: caller.signal }));
    const late = failure(run(work, { key, deadline: clock.now() + 50 }));
    const slow = failure(pipelineWith({ clock }, timeout({ ms: 70 }), policy)(work, { key }));
    const patient = run(work, { key });
    caller.abort();
    expect(isKeelsonError(await aborted, 'ABORTED')).toBe(true);
    await clock.advance(100);
    expect(isKeelsonError(await late, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(isKeelsonError(await slow, 'TIMEOUT')).toBe(true);
    expect(begun).toHaveLength(1);
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.answer('answer');
    await expect(patient).resolves.toBe('answer');
    expect(clock.timers).toBe(0);
  });

  test('the work is aborted when all have given up, and the next caller does not join what is dying', async () => {
    const { run } = cached();
    const { work, begun } = held();
    const caller = new AbortController();
    const listeners = listenersOf(caller.signal);
    const failures = [1, 2].map(() => failure(run(work, { key, signal: caller.signal })));
    caller.abort();
    await Promise.all(failures);
    expect(isKeelsonError(begun[0]?.signal.reason, 'ABORTED')).toBe(true);
    const next = run(work, { key });
    expect(begun).toHaveLength(2);
    begun[0]?.answer('too late');
    await settle();
    begun[1]?.answer('answer');
    await expect(next).resolves.toBe('answer');
    await expect(run(work, { key })).resolves.toBe('answer');
    expect(listeners()).toBe(0);
  });

  test('ttlMs: 0 shares and keeps nothing', async () => {
    const { run } = cached({ ttlMs: 0 });
    const work = counting();
    expect(await Promise.all([run(work, { key }), run(work, { key })])).toEqual([1, 1]);
    expect(await run(work, { key })).toBe(2);
  });

  test('coalesce: false gives each its own, with its own signal', async () => {
    const { run } = cached({ coalesce: false });
    const { work, begun } = held();
    const caller = new AbortController();
    const failed = failure(run(work, { key, signal: caller.signal }));
    const result = run(work, { key });
    expect(begun).toHaveLength(2);
    caller.abort();
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await failed;
    begun[1]?.answer('answer');
    await expect(result).resolves.toBe('answer');
    await expect(run(work, { key })).resolves.toBe('answer');
  });
});

describe('stale while a new one is fetched', () => {
  test('the old answer is given at once, and one execution fetches the new one', async () => {
    const { run } = cached({ staleMs: 500 });
    const work = counting();
    await run(work, { key });
    await clock.advance(1000);
    expect(await Promise.all([run(work, { key }), run(work, { key })])).toEqual([1, 1]);
    await settle();
    expect(work).toHaveBeenCalledTimes(2);
    expect(await run(work, { key })).toBe(2);
    await clock.advance(1500);
    expect(await run(work, { key })).toBe(3);
    expect(clock.timers).toBe(0);
  });

  test('the caller that began it may go: nothing of its own limits it', async () => {
    const { run } = cached({ staleMs: 500 });
    const { work, begun } = held();
    const first = run(work, { key });
    begun[0]?.answer('old');
    await first;
    await clock.advance(1000);
    const caller = new AbortController();
    await expect(run(work, { key, signal: caller.signal, deadline: clock.now() + 10 })).resolves.toBe('old');
    caller.abort();
    await clock.advance(100);
    expect(begun[1]?.signal.aborted).toBe(false);
    begun[1]?.answer('new');
    await settle();
    await expect(run(work, { key })).resolves.toBe('new');
  });

  test('when that fails the old one is given for its time, and it is counted', async () => {
    const meter = new RecordingMeter();
    const { run } = cached({ staleMs: 500, meter });
    await run(counting(), { key });
    await clock.advance(1200);
    const error = broken();
    const failing = jest.fn(() => Promise.reject(error)) as () => Promise<number>;
    expect(await run(failing, { key })).toBe(1);
    await settle();
    expect(meter.counted.filter(({ name }) => name === 'keelson_cache_refresh_failures_total')).toHaveLength(1);
    await clock.advance(300);
    expect(await failure(run(failing, { key }))).toBe(error);
  });

  test('when that hangs, those who come after its time wait for it; when nobody does it is given up', async () => {
    const { run } = cached({ staleMs: 500, refreshMs: 2000 });
    const { work, begun } = held();
    const first = run(work, { key });
    begun[0]?.answer('old');
    await first;
    await clock.advance(1400);
    await run(work, { key });
    await clock.advance(200);
    const failed = failure(run(work, { key, deadline: clock.now() + 100 }));
    expect(begun).toHaveLength(2);
    await clock.advance(100);
    expect(isKeelsonError(await failed, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(begun[1]?.signal.aborted).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('when that hangs and nobody comes it is given up after refreshMs', async () => {
    const { run } = cached({ staleMs: 5000, refreshMs: 2000 });
    const { work, begun } = held();
    const first = run(work, { key });
    begun[0]?.answer('old');
    await first;
    await clock.advance(1000);
    await run(work, { key });
    await clock.advance(2000);
    expect(begun[1]?.signal.aborted).toBe(true);
    expect(clock.timers).toBe(0);
    await expect(run(work, { key })).resolves.toBe('old');
    expect(begun).toHaveLength(3);
  });
});

describe('stale when fetching fails', () => {
  const outage = (): Promise<number> => Promise.reject(broken());

  test('the old answer stands in for as long as it may, for all who waited', async () => {
    const { run } = cached({ staleIfErrorMs: 5000 });
    await run(counting(), { key });
    await clock.advance(5999);
    expect(await Promise.all([run(outage, { key }), run(outage, { key })])).toEqual([1, 1]);
    await clock.advance(1);
    expect(await failure(run(outage, { key }))).toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  test.each([
    ['FORBIDDEN', false],
    ['UNAUTHENTICATED', false],
    ['NOT_FOUND', false],
    ['PAYLOAD_INVALID', false],
    ['TIMEOUT', true],
    ['BREAKER_OPEN', true],
    ['RATE_LIMITED', true],
    ['REQUEST_TIMEOUT', true],
    ['HTTP_STATUS', true],
  ])('%s: %p', async (code, standsIn) => {
    const { run } = cached({ staleIfErrorMs: 5000 });
    await run(counting(), { key });
    await clock.advance(1000);
    const error = new KeelsonError(code, 'It failed.', { retryable: false });
    const failed = await failure(run(() => Promise.reject(error), { key }));
    expect(failed).toBe(standsIn ? undefined : error);
  });

  test('staleIf decides otherwise', async () => {
    const { run } = cached({ staleIfErrorMs: 5000, staleIf: (error) => !isKeelsonError(error, 'CONNECTION_FAILED') });
    await run(counting(), { key });
    await clock.advance(1000);
    expect(await failure(run(outage, { key }))).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(await run(() => Promise.reject(new Error('plain')), { key })).toBe(1);
  });

  test('not for a caller that gave up, and not for what was forgotten meanwhile', async () => {
    const { policy, run } = cached({ staleIfErrorMs: 5000 });
    const { work, begun } = held();
    await run(counting(), { key });
    await clock.advance(1000);
    const caller = new AbortController();
    const gone = failure(run(work, { key, signal: caller.signal }));
    const failed = failure(run(work, { key }));
    caller.abort();
    expect(isKeelsonError(await gone, 'ABORTED')).toBe(true);
    policy.invalidate(key);
    const error = broken();
    begun[0]?.fail(error);
    expect(await failed).toBe(error);
  });
});

describe('invalidate', () => {
  test('forgets one key, or all', async () => {
    const { policy, run } = cached();
    const work = counting();
    await run(work, { key: 'a' });
    await run(work, { key: 'b' });
    policy.invalidate('a');
    policy.invalidate('none');
    expect([await run(work, { key: 'a' }), await run(work, { key: 'b' })]).toEqual([3, 2]);
    policy.invalidate();
    expect([await run(work, { key: 'a' }), await run(work, { key: 'b' })]).toEqual([4, 5]);
  });

  test.each([true, false])(
    'what is being fetched is neither kept nor joined any more (coalesce: %p)',
    async (coalesce) => {
      const { policy, run } = cached({ coalesce });
      for (const forget of [() => policy.invalidate(key), () => policy.invalidate()]) {
        const { work, begun } = held();
        const before = run(work, { key });
        forget();
        const after = run(work, { key });
        expect(begun).toHaveLength(2);
        begun[1]?.answer('new');
        await expect(after).resolves.toBe('new');
        begun[0]?.answer('old');
        await expect(before).resolves.toBe('old');
        await expect(run(work, { key })).resolves.toBe('new');
        policy.invalidate();
      }
    },
  );
});

test('counts how calls were answered', async () => {
  const meter = new RecordingMeter();
  const { run } = cached({ meter, name: 'prices', staleMs: 100, staleIfErrorMs: 5000 });
  const work = counting();
  await run(work);
  await Promise.all([run(work, { key }), run(work, { key })]);
  await run(work, { key });
  await clock.advance(1050);
  await run(() => Promise.reject(broken()), { key });
  await clock.advance(100);
  await run(() => Promise.reject(broken()), { key });
  const calls = meter.counted.filter(({ name }) => name === 'keelson_cache_calls_total');
  expect(calls.map(({ labels }) => (labels as { outcome: string }).outcome)).toEqual([
    'no_key',
    'miss',
    'shared',
    'hit',
    'stale',
    'miss',
    'stale_on_error',
  ]);
  expect(calls[0]?.labels).toMatchObject({ name: 'prices' });
});

test.each([
  [{}, /^cache: ttlMs must be a number from 0 to \d+, not undefined\.$/],
  [{ ttlMs: -1 }, /^cache: ttlMs must be/],
  [{ ttlMs: 1, staleMs: NaN }, /^cache: staleMs must be a number from 0 to \d+, not NaN\.$/],
  [{ ttlMs: 1, staleIfErrorMs: -1 }, /^cache: staleIfErrorMs must be/],
  [{ ttlMs: 1, maxEntries: 0 }, /^cache: maxEntries must be a whole number from 1 to \d+, not 0\.$/],
  [{ ttlMs: 1, coalesce: 'yes' }, /^cache: coalesce must be true or false, not yes\.$/],
  [{ ttlMs: 1, refreshMs: 0 }, /^cache: refreshMs must be/],
  [{ ttlMs: 1, staleIf: 1 }, /^cache: staleIf must be a function, not 1\.$/],
])('refuses %j', (options, message) => {
  expect(() => cache(options as unknown as CacheOptions)).toThrow(message);
});
