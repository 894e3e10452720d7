import { BreakerEngine, type EngineRules } from '../../src/resilience/circuit-breaker-engine';

const rules: EngineRules = { threshold: 0.5, minimumCalls: 4, windowMs: 1000, slowCallRate: undefined };
const engineOf = (given: Partial<EngineRules> = {}, begin: 'closed' | 'half-open' = 'closed'): BreakerEngine =>
  new BreakerEngine({ ...rules, ...given }, begin);

type Outcome = 'success' | 'slow' | 'failure';

/** Counts them all at the same moment, a letter each. @returns the states after each */
function count(engine: BreakerEngine, letters: string, now = 0): string[] {
  const outcomes: Record<string, Outcome> = { s: 'success', f: 'failure', l: 'slow' };
  return [...letters].map((letter) => engine.count(outcomes[letter] as Outcome, now));
}

test.each([
  ['ffff', 4, 'with the fewest calls that are enough'],
  ['ssff', 4, 'at the threshold, not only above'],
  ['ffss', 4, 'with the success that makes the calls enough'],
  ['sssff', 0, 'not below the threshold'],
  ['sssfff', 6, 'later too'],
  ['fff', 0, 'not before there are enough calls'],
])('%s opens with call %i: %s', (letters, at) => {
  expect(count(engineOf(), letters).indexOf('open') + 1).toBe(at);
});

test.each([0.07, 0.57, 0.29, 0.58, 1])('a threshold of %p is met exactly', (threshold) => {
  const failures = Math.round(threshold * 100);
  const engine = engineOf({ threshold, minimumCalls: 100 });
  count(engine, 's'.repeat(100 - failures));
  const states = count(engine, 'f'.repeat(failures));
  expect(states.indexOf('open')).toBe(failures - 1);
  const below = engineOf({ threshold, minimumCalls: 100 });
  count(below, 's'.repeat(101 - failures));
  expect(count(below, 'f'.repeat(failures - 1))).not.toContain('open');
});

test('a call counts for at least nine tenths of the window and no longer than all of it', () => {
  const engine = engineOf({ minimumCalls: 1, threshold: 1 });
  count(engine, 's', 99);
  count(engine, 's', 100);
  expect(count(engine, 'f', 999)).toEqual(['closed']);
  expect(engine.counts).toEqual({ calls: 3, failures: 1, slow: 0 });
  count(engine, 's', 1098);
  expect(engine.counts.calls).toBe(4);
  count(engine, 's', 1099);
  expect(engine.counts.calls).toBe(3);
  count(engine, 's', 9_000_000);
  expect(engine.counts).toEqual({ calls: 1, failures: 0, slow: 0 });
});

test('the window moves by windowMs that ten does not divide, and by odd times', () => {
  const engine = engineOf({ windowMs: 333, minimumCalls: 1_000_000 });
  const counted: number[] = [];
  for (let now = 0; now < 5000; now += 7) {
    count(engine, 'f', now);
    counted.push(now);
    const least = counted.filter((at) => at > now - 333 * 0.9).length;
    const most = counted.filter((at) => at > now - 333).length;
    expect(engine.counts.calls).toBeGreaterThanOrEqual(least);
    expect(engine.counts.calls).toBeLessThanOrEqual(most);
  }
});

test('time that stands still or goes back moves nothing', () => {
  const engine = engineOf();
  count(engine, 's', 5000);
  count(engine, 's', 10);
  expect(engine.counts.calls).toBe(2);
});

test.each([
  ['s', 'closed'],
  ['f', 'open'],
  ['l', 'open'],
])('half-open: %s makes it %s, however few the calls', (letter, state) => {
  const engine = engineOf({ minimumCalls: 20, slowCallRate: 1 }, 'half-open');
  expect(engine.state).toBe('half-open');
  expect(count(engine, letter)).toEqual([state]);
});

test('closed again, it goes on as any other', () => {
  const engine = engineOf({}, 'half-open');
  expect(count(engine, 'ssfsff')).toEqual(['closed', 'closed', 'closed', 'closed', 'closed', 'open']);
});

test('slow calls are failures, or have a rate of their own', () => {
  expect(count(engineOf(), 'ssll')[3]).toBe('open');
  const apart = engineOf({ slowCallRate: 0.75 });
  expect(count(apart, 'slll')).toEqual(['closed', 'closed', 'closed', 'open']);
  expect(apart.counts).toEqual({ calls: 4, failures: 0, slow: 3 });
  expect(count(engineOf({ slowCallRate: 0.75 }), 'fflll')[3]).toBe('open');
});

test('it sets no timer, neither idle nor open', () => {
  const [once, often] = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'setInterval')];
  try {
    const engine = engineOf();
    count(engine, 'ffff');
    expect(engine.state).toBe('open');
    count(engineOf({}, 'half-open'), 'f');
    expect(once).not.toHaveBeenCalled();
    expect(often).not.toHaveBeenCalled();
  } finally {
    once.mockRestore();
    often.mockRestore();
  }
});

test('what is kept does not grow with the calls, and latencies are not among it', () => {
  const engine = engineOf({ minimumCalls: 1_000_000 });
  const push = jest.spyOn(Array.prototype, 'push');
  try {
    count(engine, 'sfslf'.repeat(20));
    expect(push).not.toHaveBeenCalled();
  } finally {
    push.mockRestore();
  }
});

test('a failure adds nothing up: it costs the same whatever is in the window', () => {
  const engine = engineOf({ minimumCalls: 1_000_000 });
  count(engine, 's'.repeat(1000));
  const reduce = jest.spyOn(Array.prototype, 'reduce');
  const sort = jest.spyOn(Array.prototype, 'sort');
  try {
    count(engine, 'f');
    expect(reduce).not.toHaveBeenCalled();
    expect(sort).not.toHaveBeenCalled();
  } finally {
    reduce.mockRestore();
    sort.mockRestore();
  }
});
