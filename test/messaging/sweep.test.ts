import { Sweep } from '../../src/messaging/sweep';
import { FakeClock } from '../support/fake-clock';

test('looks when the earliest falls due, and then when it is told to', async () => {
  const clock = new FakeClock(0);
  const looks: number[] = [];
  const sweep = new Sweep(clock, (now) => {
    looks.push(now);
    return looks.length === 1 ? 70 : Infinity;
  });
  sweep.watch(100);
  sweep.watch(50);
  sweep.watch(200);
  expect(clock.timers).toBe(1);
  await clock.advance(300);
  expect(looks).toEqual([50, 70]);
  expect(clock.timers).toBe(0);
});

test('stops', async () => {
  const clock = new FakeClock(0);
  const sweep = new Sweep(clock, () => Infinity);
  sweep.watch(100);
  sweep.stop();
  expect(clock.timers).toBe(0);
});
