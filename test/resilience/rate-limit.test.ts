import { pipelineWith, rateLimit, type RateLimitOptions } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { failureOf, seeded } from './support/calls';
import { Call } from '../../src/resilience/call';

const ok = (): Promise<string> => Promise.resolve('ok');

/** Time that a test sets, without turns of the event loop between. */
class PlainClock extends FakeClock {
  at = 1_700_000_000_000;

  override now(): number {
    return this.at;
  }
}

/** Is there a window in which more went through than may? It begins and ends with a call that did: a wider one holds no more. */
function exceeds(times: readonly number[], { perSecond, burst }: { perSecond: number; burst: number }): boolean {
  return times.some((from, i) =>
    times.some((to, j) => j >= i && j - i + 1 > burst + (perSecond * (to - from)) / 1000 + 1 + 1e-6),
  );
}

/** `goes`: does a call of this key go through now? */
function setUp(options: RateLimitOptions) {
  const clock = new PlainClock();
  const limit = rateLimit(options);
  const goes = (key?: string): boolean => {
    let went = false;
    const call = new Call({ clock, work: ok, key, deadline: undefined, attempt: 1 });
    const run = limit(call, () => {
      went = true;
      return ok();
    });
    run.catch(() => undefined);
    return went;
  };
  return { clock, goes };
}

test('lets a burst through, then as many as its rate; says when the next may come', async () => {
  const clock = new FakeClock();
  const run = pipelineWith({ clock }, rateLimit({ perSecond: 4, burst: 2 }));
  await expect(Promise.all([run(ok), run(ok)])).resolves.toEqual(['ok', 'ok']);
  const work = jest.fn(ok);
  expect(await failureOf(run(work))).toMatchObject({
    code: 'RATE_LIMITED',
    retryable: true,
    status: 429,
    details: { retryAfterMs: 250 },
  });
  await clock.advance(249.5);
  expect(await failureOf(run(work))).toMatchObject({ details: { retryAfterMs: 1 } });
  expect(work).not.toHaveBeenCalled();
  await clock.advance(0.5);
  await expect(run(work)).resolves.toBe('ok');
  expect(clock.timers).toBe(0);
});

test('the burst is the rate unless it is said', () => {
  const { goes } = setUp({ perSecond: 2.5 });
  expect([goes(), goes(), goes(), goes()]).toEqual([true, true, true, false]);
});

test('keys have limits of their own, also the empty one, an odd one and none', () => {
  const { goes } = setUp({ perSecond: 1 });
  const keys = ['a', 'b', '', '__proto__', 'constructor', undefined, 'x'.repeat(5000), `${'x'.repeat(5000)}y`];
  expect(keys.map((key) => goes(key))).toEqual(keys.map(() => true));
  expect(keys.map((key) => goes(key))).toEqual(keys.map(() => false));
});

test('setting the clock of the machine changes nothing', async () => {
  const clock = new FakeClock();
  const run = pipelineWith({ clock }, rateLimit({ perSecond: 1 }));
  await run(ok);
  clock.jumpWall(3_600_000);
  expect(await failureOf(run(ok))).toMatchObject({ code: 'RATE_LIMITED' });
});

describe.each([
  [{ perSecond: 7, burst: 3 }, 1],
  [{ perSecond: 0.5, burst: 10 }, 2],
  [{ perSecond: 1000, burst: 50 }, 3],
  [{ perSecond: 33.3, burst: 1 }, 4],
])('%j', (options, seed) => {
  test('in any window t at most burst + perSecond * t + 1', () => {
    const random = seeded(seed);
    const { clock, goes } = setUp(options);
    const keys = ['a', 'b', undefined];
    const went = keys.map((): number[] => []);
    const span = 800_000 / options.perSecond;
    const end = clock.at + span;
    while (clock.at < end) {
      clock.at += random() * (600 / options.perSecond);
      keys.forEach((key, i) => {
        for (let n = random() * 3; n > 0; n -= 1) if (goes(key)) went[i]?.push(clock.at);
      });
    }
    for (const times of went) expect([times.length > 500, exceeds(times, options)]).toEqual([true, false]);
  });

  test('under saturation at least 99 % of what is allowed goes through', () => {
    const random = seeded(seed);
    const { clock, goes } = setUp(options);
    const [start, span] = [clock.at, 3_000_000 / options.perSecond];
    let went = 0;
    while (clock.at < start + span) {
      while (goes('a')) went += 1;
      clock.at += random() * (200 / options.perSecond);
    }
    const allowed = options.burst + (options.perSecond * span) / 1000;
    expect(went).toBeGreaterThanOrEqual(allowed * 0.99);
    expect(went).toBeLessThanOrEqual(allowed + 1);
  });
});

describe('many keys', () => {
  test('a key that is forgotten was full: no window holds more because of it', () => {
    const random = seeded(11);
    const options = { perSecond: 2, burst: 4 };
    const { clock, goes } = setUp(options);
    const went = new Map<string, number[]>();
    let denied = 0;
    for (let i = 0; i < 30_000; i += 1) {
      clock.at += Math.floor(random() * (i % 500 === 0 ? 8000 : 60));
      const key = `k${Math.floor(random() * random() * 40)}`;
      const times = went.get(key) ?? [];
      went.set(key, times);
      if (goes(key)) times.push(clock.at);
      else denied += 1;
    }
    expect(denied).toBeGreaterThan(2000);
    expect([...went.values()].filter((times) => exceeds(times, options))).toEqual([]);
  });

  test('at the bound a key that is remembered keeps its limit; those that come then share one', () => {
    const { clock, goes } = setUp({ perSecond: 1, burst: 2, maxKeys: 3 });
    expect([goes('a'), goes('a'), goes('a')]).toEqual([true, true, false]);
    expect([goes('b'), goes('c')]).toEqual([true, true]);
    expect([goes('d'), goes('e'), goes('f'), goes('g')]).toEqual([true, true, false, false]);
    for (let i = 0; i < 1000; i += 1) goes(`x${i}`);
    expect([goes('a'), goes('b'), goes('b')]).toEqual([false, true, false]);
    clock.at += 1000;
    expect([goes('a'), goes('a')]).toEqual([true, false]);
  });

  test('the bound is left again once keys are full', () => {
    const { clock, goes } = setUp({ perSecond: 1, burst: 2, maxKeys: 3 });
    for (const key of ['a', 'b', 'c', 'd', 'e']) goes(key);
    expect(goes('d')).toBe(false);
    clock.at += 2000;
    goes('a');
    clock.at += 2000;
    expect([goes('d'), goes('d'), goes('d'), goes('e')]).toEqual([true, true, false, true]);
  });

  test('ten times as many keys take no more memory than maxKeys do', () => {
    const made = jest.spyOn(Map.prototype, 'set');
    try {
      const { goes } = setUp({ perSecond: 1, maxKeys: 1000 });
      for (let i = 0; i < 1_000_000; i += 100) goes(`key-${i}`);
      expect(made).toHaveBeenCalledTimes(1000);
    } finally {
      made.mockRestore();
    }
  });
});

test.each<[Partial<RateLimitOptions>, RegExp]>([
  [{ perSecond: 0 }, /^rateLimit: perSecond must be a number from 0.001 to 1000000, not 0/],
  [{ perSecond: Infinity }, /^rateLimit: perSecond/],
  [{ burst: 0 }, /^rateLimit: burst must be a whole number from 1/],
  [{ burst: 1.5 }, /^rateLimit: burst/],
  [{ maxKeys: 0 }, /^rateLimit: maxKeys must be a whole number from 1 to 10000000/],
])('refuses %j', (given, message) => {
  expect(() => rateLimit({ perSecond: 1, ...given })).toThrow(message);
});
