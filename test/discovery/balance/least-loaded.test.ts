import { leastLoaded, type Balancer, type Instance, type Outcome } from '../../../src/discovery';
import { byHost, HandClock, pool, seeded, simulate, type Answers, type Made } from './simulation';

const fast = { ms: 10, outcome: 'success' as Outcome };

function run(
  answers: Answers,
  { count = 10, perSecond = 200, seconds = 60, seed = 1, from = pool(count) } = {},
): Made[] {
  const clock = new HandClock();
  const balancer = leastLoaded({ clock, random: seeded(seed) });
  return simulate(balancer, clock, () => from, { perSecond, seconds }, answers);
}

/** An instance's share of the calls, as a part of what would be fair. */
const shareOf = (host: string, made: readonly Made[], count: number): number =>
  ((byHost(made)[host] ?? 0) / made.length) * count;

test.each([
  [3, 5],
  [3, 200],
  [10, 3],
  [10, 10],
  [10, 200],
  [200, 50],
])(
  'of %i instances at %i calls a second, one that is 10 times slower gets at most half of its share',
  (count, perSecond) => {
    for (const seed of [1, 2, 3]) {
      const seconds = Math.ceil(6000 / perSecond);
      const made = run((one) => (one.host === 'i1' ? { ...fast, ms: 100 } : fast), { count, perSecond, seconds, seed });
      expect(shareOf('i1', made, count)).toBeLessThanOrEqual(0.5);
      expect(byHost(made)['i1']).toBeGreaterThan(0);
    }
  },
);

test('equal instances get equal shares', () => {
  const made = run(() => fast);
  for (const host of Object.keys(byHost(made))) {
    expect(shareOf(host, made, 10)).toBeGreaterThan(0.85);
    expect(shareOf(host, made, 10)).toBeLessThan(1.15);
  }
});

test('one that hangs is left alone before anything of it has ended', () => {
  const made = run((one) => (one.host === 'i1' ? { ms: 60_000, outcome: 'failure' } : fast), { count: 3, seconds: 30 });
  expect(byHost(made)['i1']).toBeLessThanOrEqual(5);
});

test('one that fails at once does not draw the calls', () => {
  const made = run((one) => (one.host === 'i1' ? { ms: 1, outcome: 'failure' } : fast), { count: 3 });
  expect(shareOf('i1', made, 3)).toBeLessThan(0.05);
});

test('one that was slow gets its share again soon after it is fast', () => {
  const made = run((one, at) => (one.host === 'i1' && at < 20_000 ? { ...fast, ms: 500 } : fast), { count: 4 });
  const late = made.filter(({ at }) => at > 35_000);
  expect(shareOf('i1', late, 4)).toBeGreaterThan(0.8);
});

test('one that comes cold is neither flooded nor starved', () => {
  const clock = new HandClock();
  const balancer = leastLoaded({ clock, random: seeded() });
  const ten = pool(10);
  const start = clock.at;
  const candidates = (): Instance[] => (clock.at - start < 10_000 ? ten.slice(0, 9) : ten);
  const load = { perSecond: 500, seconds: 20 };
  const made = simulate(balancer, clock, candidates, load, (one, at) =>
    one.host === 'i9' && at < 11_000 ? { ...fast, ms: 60 } : fast,
  );
  const firstSecond = made.filter(({ at }) => at >= 10_000 && at < 11_000);
  expect(shareOf('i9', firstSecond, 10)).toBeLessThan(1.2);
  expect(byHost(firstSecond)['i9']).toBeGreaterThan(0);
  const later = made.filter(({ at }) => at >= 16_000);
  expect(shareOf('i9', later, 10)).toBeGreaterThan(0.8);
});

test('one that was not tried for 3 s is tried once', () => {
  const clock = new HandClock();
  const balancer = leastLoaded({ clock, random: seeded() });
  const two = pool(2);
  const [slow, quick] = two as [Instance, Instance];
  const attempt = (one: Instance, ms: number): void => {
    balancer.begin(one);
    clock.at += ms;
    balancer.end(one, ms, 'success');
  };
  attempt(slow, 1000);
  for (let i = 0; i < 100; i++) {
    const picked = balancer.pick(two) as Instance;
    expect(picked).toBe(quick);
    attempt(picked, 10);
  }
  clock.at += 2000;
  expect(balancer.pick(two)).toBe(slow);
  attempt(slow, 1000);
  expect(balancer.pick(two)).toBe(quick);
});

test('the heavier gets more', () => {
  const from = pool(4, (i) => ({ weight: i === 0 ? 4 : 1 }));
  const made = run(() => ({ ...fast, ms: 50 }), { from, count: 4, perSecond: 400 });
  expect(shareOf('i0', made, 4)).toBeGreaterThan(1.4);
});

test('one of weight 0 gets nothing while there is another', () => {
  const made = run(() => fast, { from: pool(2, (i) => ({ weight: i })), seconds: 10 });
  expect(byHost(made)).toEqual({ i1: 2000 });
});

test('the same chance and the same times give the same picks', () => {
  const answers: Answers = (one) => ({ ...fast, ms: 5 + (one.host.charCodeAt(1) % 7) });
  expect(run(answers, { seed: 7 })).toEqual(run(answers, { seed: 7 }));
  expect(run(answers, { seed: 7 })).not.toEqual(run(answers, { seed: 8 }));
});

test('a time that cannot be is refused', () => {
  const make = (): Balancer => leastLoaded({ retryAfterMs: 0 });
  expect(make).toThrow('leastLoaded: retryAfterMs must be a number from 100 to 3600000, not 0.');
});
