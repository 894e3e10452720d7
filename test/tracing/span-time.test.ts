import { SpanTime } from '../../src/tracing/span-time';
import { FakeClock } from '../support/fake-clock';

test('follows the wall clock where it was set, and not where it is off by its resolution', async () => {
  const clock = new FakeClock();
  const time = new SpanTime(clock);
  expect(time.shift()).toBe(0);
  clock.jumpWall(100);
  expect(time.shift()).toBe(0);
  clock.jumpWall(1);
  expect(time.shift()).toBe(101);
  clock.jumpWall(-3_600_000);
  await clock.advance(5);
  expect(time.steady() + time.shift()).toBe(clock.wall());
  expect(time.steady()).toBe(clock.now());
});
