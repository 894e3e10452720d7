import { rest } from '../../src/core';
import { FakeClock, settle } from '../support/fake-clock';

test('waits, and not at all for nothing', async () => {
  const clock = new FakeClock();
  let over = false;
  void rest(clock, 10).then(() => (over = true));
  await clock.advance(9);
  expect(over).toBe(false);
  await clock.advance(1);
  expect(over).toBe(true);
  await rest(clock, 0);
  await rest(clock, 10, AbortSignal.abort());
  expect(clock.timers).toBe(0);
});

test('an abort ends it at once, and nothing is left', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  let over = false;
  void rest(clock, 10, abort.signal).then(() => (over = true));
  abort.abort();
  await settle();
  expect([over, clock.timers]).toEqual([true, 0]);
});
