import { InFlight, type InFlightWork } from '../../src/http/in-flight';
import { FakeClock } from '../support/fake-clock';

class Work implements InFlightWork {
  expired = 0;
  readonly checked: number[] = [];
  expiresAt: number;
  slot = -1;
  onExpire: () => void = () => undefined;

  constructor(expiresAt: number) {
    this.expiresAt = expiresAt;
  }

  expire(): void {
    this.expired += 1;
    this.expiresAt = Infinity;
    this.onExpire();
  }

  check(now: number): void {
    this.checked.push(now);
  }
}

test('counts against the limit', () => {
  const inFlight = new InFlight<Work>(2, new FakeClock());
  const [a, b] = [new Work(Infinity), new Work(Infinity)];
  inFlight.add(a);
  expect([inFlight.size, inFlight.full]).toEqual([1, false]);
  inFlight.add(b);
  inFlight.add(b);
  expect([inFlight.size, inFlight.full]).toEqual([2, true]);
  expect([...inFlight]).toEqual([a, b]);
  inFlight.delete(a);
  expect([inFlight.size, inFlight.full]).toEqual([1, false]);
});

test('gives work up within 25 ms of its moment, once, and looks after the rest', async () => {
  const clock = new FakeClock(0);
  const inFlight = new InFlight<Work>(10, clock);
  const [soon, later, never] = [new Work(30), new Work(1_000), new Work(Infinity)];
  for (const work of [soon, later, never]) inFlight.add(work);
  await clock.advance(25);
  expect(soon.expired).toBe(0);
  await clock.advance(25);
  expect([soon.expired, later.expired]).toEqual([1, 0]);
  await clock.advance(1_000);
  expect([soon.expired, later.expired, never.expired]).toEqual([1, 1, 0]);
  expect(never.checked.slice(0, 2)).toEqual([25, 50]);
});

test('work that ends while it is given up disturbs nobody', async () => {
  const clock = new FakeClock(0);
  const inFlight = new InFlight<Work>(10, clock);
  const [a, b] = [new Work(10), new Work(10)];
  for (const work of [a, b]) {
    work.onExpire = () => inFlight.delete(work);
    inFlight.add(work);
  }
  await clock.advance(25);
  expect([a.expired, b.expired, inFlight.size]).toEqual([1, 1, 0]);
});

test('one timer runs while there is work, and none otherwise', async () => {
  const clock = new FakeClock(0);
  const inFlight = new InFlight<Work>(10, clock);
  expect(clock.timers).toBe(0);
  const [a, b] = [new Work(Infinity), new Work(Infinity)];
  inFlight.add(a);
  inFlight.add(b);
  expect(clock.timers).toBe(1);
  await clock.advance(100);
  expect(clock.timers).toBe(1);
  inFlight.delete(a);
  inFlight.delete(b);
  await clock.advance(25);
  expect(clock.timers).toBe(0);
  inFlight.add(a);
  inFlight.stop();
  inFlight.stop();
  expect(clock.timers).toBe(0);
});
