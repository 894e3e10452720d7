import { type FaultSubject } from '../../src/core';
import { LiveRule } from '../../src/faults/live-rule';
import { readRules, type FaultRule, type ResolvedRule } from '../../src/faults/rules';
import { FakeClock } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';

function live(rule: Partial<FaultRule>, seed = 1) {
  const read = readRules([{ port: 'client', fault: 'delay', ratio: 1, ...rule }], 1);
  expect(read.wrong).toEqual([]);
  const clock = new FakeClock();
  const log = new RecordingLogger();
  let counted = 0;
  const made = new LiveRule(read.rules[0] as ResolvedRule, { inc: () => (counted += 1) }, { seed, clock, log });
  const hits = (count: number, subject: FaultSubject = {}): boolean[] =>
    Array.from({ length: count }, () => made.draw(subject) !== undefined);
  return { made, clock, log, hits, counted: () => counted };
}

test('the same seed hits the same ones, another seed others', () => {
  const once = live({ ratio: 0.5 }).hits(40);
  expect(live({ ratio: 0.5 }).hits(40)).toEqual(once);
  expect(live({ ratio: 0.5 }, 2).hits(40)).not.toEqual(once);
  expect(once.filter(Boolean).length).toBeGreaterThan(10);
  expect(once.filter(Boolean).length).toBeLessThan(30);
});

test('what does not fit is neither hit nor counted, and moves nothing', () => {
  const plain = live({ ratio: 0.5, peer: 'stock' }).hits(20, { peer: 'stock' });
  const { made, hits, counted } = live({ ratio: 0.5, peer: 'stock' });
  const mixed = Array.from({ length: 20 }, () => {
    expect(made.draw({ peer: 'billing' })).toBeUndefined();
    return hits(1, { peer: 'stock' })[0];
  });
  expect(mixed).toEqual(plain);
  expect(counted()).toBe(plain.filter(Boolean).length);
});

test('a kind that cannot be carried out here is not drawn', () => {
  const { hits } = live({});
  expect(hits(1, { kinds: ['reset'] })).toEqual([false]);
  expect(hits(1, { kinds: ['reset', 'delay'] })).toEqual([true]);
});

test('it ends when its number is used up, and says so once', () => {
  const { hits, log, counted } = live({ times: 2 });
  expect([hits(4), counted()]).toEqual([[true, true, false, false], 2]);
  expect(log.lines).toEqual([
    { level: 'info', message: 'a fault rule is used up', fields: { rule: 'client-delay-1' } },
  ]);
});

test('it ends when its time is up, and says so once', async () => {
  const { hits, clock, log } = live({ ttlMs: 1_000 });
  await clock.advance(999);
  expect(hits(1)).toEqual([true]);
  await clock.advance(1);
  expect(hits(3)).toEqual([false, false, false]);
  expect(log.messages('info')).toEqual(['a fault rule is expired']);
});

test('jitter is added to the delay, the same for the same seed', () => {
  const delays = (seed: number): (number | undefined)[] => {
    const { made } = live({ delayMs: 100, jitterMs: 50 }, seed);
    return Array.from({ length: 30 }, () => made.draw({})?.delayMs);
  };
  expect(delays(1)).toEqual(delays(1));
  expect(delays(1)).not.toEqual(delays(2));
  expect(new Set(delays(1)).size).toBeGreaterThan(10);
  for (const delayMs of delays(1)) {
    expect(delayMs).toBeGreaterThanOrEqual(100);
    expect(delayMs).toBeLessThanOrEqual(150);
  }
});

test('it tells who carries it out all there is to know', () => {
  expect(live({ fault: 'status', name: 'ill', status: 500 }).made.draw({})).toEqual({
    kind: 'status',
    rule: 'ill',
    delayMs: 0,
    status: 500,
  });
});
