import { type Clock } from '../../../src/core';
import { EventLoopDelay } from '../../../src/metrics/runtime/event-loop-delay';
import { type FamilyStore } from '../../../src/metrics/store';
import { FakeClock } from '../../support/fake-clock';
import { newStore } from '../fixtures';

/** A clock whose timers fire only when told, as in a loop that is blocked. */
class BlockableClock implements Clock {
  time = 1000;
  fire: (() => void) | undefined;
  now = (): number => this.time;
  wall = (): number => this.time;
  after = (): never => {
    throw new Error('not used');
  };
  every = (_ms: number, call: () => void): { cancel(): void } => {
    this.fire = call;
    return { cancel: () => (this.fire = undefined) };
  };

  /** Lets the timer fire on time for so long. */
  run(ms: number): void {
    for (const end = this.time + ms; this.time < end;) {
      this.time += 10;
      this.fire?.();
    }
  }
}

function gauges(store: FamilyStore): (what: string) => number {
  void store.gauge({ name: 'nodejs_eventloop_delay_min_seconds', help: 'h' }).refresh();
  return (what) => store.gauge({ name: `nodejs_eventloop_delay_${what}_seconds`, help: 'h' }).labels({}).value;
}

test('a loop that runs on time has no delay', async () => {
  const clock = new FakeClock();
  const { store } = newStore();
  const delay = new EventLoopDelay(store, clock);
  delay.start();
  await clock.advance(2000);
  const value = gauges(store);
  for (const what of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) expect(value(what)).toBe(0);
  delay.stop();
});

test('a block of 5 s shows in max at the next scrape, also when that scrape comes before the timer', () => {
  const clock = new BlockableClock();
  const { store } = newStore();
  const delay = new EventLoopDelay(store, clock);
  delay.start();
  clock.run(1000);
  clock.time += 5000;
  let value = gauges(store);
  expect(value('max')).toBeGreaterThanOrEqual(4.9);
  expect(value('max')).toBeLessThan(5.1);
  expect(value('min')).toBe(0);
  expect(value('mean')).toBeCloseTo(4.99 / 101, 2);
  expect(value('stddev')).toBeGreaterThan(0.4);
  expect(value('p90')).toBe(0);

  // Right after a scrape: nothing was forgotten.
  clock.time += 5000;
  clock.fire?.();
  clock.run(100);
  value = gauges(store);
  expect(value('max')).toBeGreaterThanOrEqual(4.5);

  // And it is over with the next window.
  clock.run(1000);
  value = gauges(store);
  expect(value('max')).toBe(0);
});

test('percentiles tell many small delays from a few large ones', () => {
  const clock = new BlockableClock();
  const { store } = newStore();
  new EventLoopDelay(store, clock).start();
  for (let i = 1; i <= 100; i++) {
    clock.time += 10 + i;
    clock.fire?.();
  }
  const value = gauges(store);
  expect(value('min')).toBeCloseTo(0.001, 3);
  expect(value('p50')).toBeCloseTo(0.05, 2);
  expect(value('p90')).toBeCloseTo(0.09, 2);
  expect(value('p99')).toBeCloseTo(0.099, 2);
  expect(value('max')).toBeCloseTo(0.1, 2);
});

test('a second scrape at once sees the same window, and a stopped one keeps its last values', () => {
  const clock = new BlockableClock();
  const { store } = newStore();
  const delay = new EventLoopDelay(store, clock);
  delay.start();
  delay.start();
  clock.time += 3010;
  clock.fire?.();
  expect(gauges(store)('max')).toBeCloseTo(3, 1);
  clock.run(100);
  expect(gauges(store)('max')).toBeCloseTo(3, 1);
  delay.stop();
  delay.stop();
  expect(clock.fire).toBeUndefined();
  clock.time += 60_000;
  expect(gauges(store)('max')).toBeCloseTo(3, 1);
});

test('a process that was suspended for a day does not break it', () => {
  const clock = new BlockableClock();
  const { store } = newStore();
  new EventLoopDelay(store, clock).start();
  clock.time += 86_400_000;
  clock.fire?.();
  clock.time -= 5000;
  clock.fire?.();
  clock.time += 10_000;
  expect(gauges(store)('max')).toBeGreaterThan(3500);
});
