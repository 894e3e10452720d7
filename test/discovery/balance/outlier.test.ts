import {
  leastLoaded,
  outlierEjection,
  preferZone,
  roundRobin,
  sticky,
  type Balancer,
  type Instance,
  type Outcome,
} from '../../../src/discovery';
import { RecordingLogger, RecordingMeter } from '../../support/recording';
import { byHost, HandClock, pool, seeded, simulate } from './simulation';

let clock = new HandClock();
let log = new RecordingLogger();
let meter = new RecordingMeter();
const make = (options = {}): Balancer => {
  [clock, log, meter] = [new HandClock(), new RecordingLogger(), new RecordingMeter()];
  return outlierEjection({ balancer: roundRobin({ random: seeded() }), clock, log, meter, ...options });
};
const attempt = (balancer: Balancer, one: Instance, outcome: Outcome, times = 1): void => {
  for (let i = 0; i < times; i++) {
    balancer.begin(one);
    clock.at += 1;
    balancer.end(one, 1, outcome);
  }
};
/** Who is picked among these. */
const open = (balancer: Balancer, from: readonly Instance[]): string[] => {
  const hosts = Array.from({ length: 4 * from.length }, () => balancer.pick(from)?.host as string);
  return [...new Set(hosts)].sort();
};
const four = pool(4);
const [a, b, c] = four as [Instance, Instance, Instance];

test('five failures in a row eject it for 30 s', () => {
  const balancer = make();
  open(balancer, four);
  attempt(balancer, a, 'failure', 4);
  expect(open(balancer, four)).toHaveLength(4);
  attempt(balancer, a, 'failure');
  expect(open(balancer, four)).toEqual(['i1', 'i2', 'i3']);
  clock.at += 29_999;
  expect(open(balancer, four)).toEqual(['i1', 'i2', 'i3']);
  clock.at += 1;
  expect(open(balancer, four)).toHaveLength(4);
  expect(meter.counted).toEqual([{ name: 'keelson_outlier_ejections_total', labels: { service: 'a' } }]);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'An instance is left out: it only fails',
      fields: { service: 'a', instance: 'i0:80', failures: 5, forMs: 30_000 },
    },
  ]);
});

test('one trial: nobody else is sent there until it has ended; success brings it back', () => {
  const balancer = make();
  open(balancer, four);
  attempt(balancer, a, 'failure', 5);
  clock.at += 30_000;
  balancer.begin(a);
  expect(open(balancer, four)).toEqual(['i1', 'i2', 'i3']);
  clock.at += 5;
  balancer.end(a, 5, 'success');
  expect(open(balancer, four)).toHaveLength(4);
  expect(log.messages('info')).toEqual(['An instance is back']);
  attempt(balancer, a, 'failure', 4);
  expect(open(balancer, four)).toHaveLength(4);
});

test('a failed trial ejects it again at once, for longer', () => {
  const balancer = make();
  open(balancer, four);
  attempt(balancer, a, 'failure', 5);
  clock.at += 30_000;
  attempt(balancer, a, 'failure');
  clock.at += 59_999;
  expect(open(balancer, four)).toEqual(['i1', 'i2', 'i3']);
  clock.at += 1;
  expect(open(balancer, four)).toHaveLength(4);
  expect(meter.counted).toHaveLength(2);
});

test('failures that were on their way at the ejection do not prolong it', () => {
  const balancer = make();
  open(balancer, four);
  for (let i = 0; i < 20; i++) balancer.begin(a);
  clock.at += 1;
  for (let i = 0; i < 20; i++) balancer.end(a, 1, 'failure');
  expect(meter.counted).toHaveLength(1);
  clock.at += 30_000;
  expect(open(balancer, four)).toHaveLength(4);
});

test.each([
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
  [10, 5],
])('of %i, at most %i are out at a time', (size, most) => {
  const balancer = make();
  const all = pool(size);
  open(balancer, all);
  for (const one of all) attempt(balancer, one, 'failure', 20);
  expect(open(balancer, all)).toHaveLength(size - most);
  expect(meter.counted).toHaveLength(most);
});

test('one that could not be ejected is, as soon as there is room and it fails once more', () => {
  const balancer = make();
  open(balancer, four);
  for (const one of [a, b, c]) attempt(balancer, one, 'failure', 5);
  expect(open(balancer, four)).toEqual(['i2', 'i3']);
  clock.at += 30_000;
  attempt(balancer, a, 'success');
  attempt(balancer, c, 'failure');
  expect(open(balancer, four)).not.toContain('i2');
});

test('when the pool shrinks to those that are out, they are tried all the same', () => {
  const balancer = make();
  open(balancer, four);
  attempt(balancer, a, 'failure', 5);
  attempt(balancer, b, 'failure', 5);
  expect(open(balancer, [a, b])).toEqual(['i0']);
  expect(open(balancer, [b])).toEqual(['i1']);
});

test('another try stays away from those that are out, even if it must repeat itself', () => {
  const balancer = make();
  open(balancer, [a, b]);
  attempt(balancer, a, 'failure', 5);
  expect(balancer.pick([a, b], { avoid: [b.id] })).toBe(b);
});

test('one that left while it was out is forgotten', () => {
  const balancer = make();
  open(balancer, four);
  attempt(balancer, a, 'failure', 5);
  clock.at += 2 * 3_600_000;
  expect(open(balancer, four)).toHaveLength(4);
  attempt(balancer, a, 'failure', 4);
  expect(open(balancer, four)).toHaveLength(4);
  attempt(balancer, a, 'failure');
  expect(open(balancer, four)).toHaveLength(3);
});

const load = { perSecond: 200, seconds: 120 };

test('one that fails always gets 5 calls, then 1 % of the errors at most', () => {
  const balancer = make({ balancer: undefined });
  const made = simulate(
    balancer,
    clock,
    () => four,
    load,
    (one) => ({ ms: 10, outcome: one === a ? 'failure' : 'success' }),
  );
  const late = made.filter(({ at }) => at > 2000);
  const errors = late.filter(({ outcome }) => outcome === 'failure').length;
  expect(errors / late.length).toBeLessThanOrEqual(0.01);
});

test('under round robin, one that fails always is ejected after 5 failures and what was on its way', () => {
  const balancer = make();
  const made = simulate(
    balancer,
    clock,
    () => four,
    { ...load, seconds: 30 },
    (one) => ({
      ms: 10,
      outcome: one === a ? 'failure' : 'success',
    }),
  );
  expect(byHost(made)['i0']).toBeLessThanOrEqual(6);
});

test('where all fail, calls go on, and all is well again soon after they are', () => {
  const balancer = make();
  const made = simulate(
    balancer,
    clock,
    () => four,
    load,
    (_one, at) => ({
      ms: 10,
      outcome: at < 60_000 ? 'failure' : 'success',
    }),
  );
  expect(made).toHaveLength(24_000);
  expect(made.filter(({ at, outcome }) => at >= 60_000 && outcome === 'failure')).toEqual([]);
  expect(Object.keys(byHost(made.filter(({ at }) => at > 119_000)))).toHaveLength(4);
});

test.each([
  [{ failures: 0 }, 'failures'],
  [{ ejectMs: 1 }, 'ejectMs'],
  [{ ejectMs: 60_000, maxEjectMs: 30_000 }, 'maxEjectMs'],
  [{ forgetMs: 0 }, 'forgetMs'],
  [{ maxShare: 1.1 }, 'maxShare'],
])('%j is refused', (options, name) => {
  expect(() => outlierEjection(options)).toThrow(new RegExp(`^outlierEjection: ${name} must be `));
});

test('one that is back has its share at once, however slow it seemed to the balancer within', () => {
  const random = seeded(3);
  clock = new HandClock();
  const within = preferZone({ zone: undefined, balancer: leastLoaded({ clock, random }) });
  const balancer = outlierEjection({ clock, log, ejectMs: 1000, balancer: sticky({ balancer: within }) });
  const made = simulate(
    balancer,
    clock,
    () => four,
    { ...load, seconds: 40 },
    (one, at) => ({ ms: 10, outcome: one === a && at < 16_000 ? 'failure' : 'success' }),
  );
  const back = made.find(({ host, outcome }) => host === 'i0' && outcome === 'success')?.at as number;
  const next = made.filter(({ at }) => at > back + 20 && at <= back + 2020);
  expect((byHost(next)['i0'] ?? 0) / next.length).toBeGreaterThan(0.2);
});
