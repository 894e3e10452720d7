import { watchSilence } from '../../../src/messaging/amqp/silence';
import { FakeClock } from '../../support/fake-clock';

test('a broker that says nothing for two heartbeats is told once', async () => {
  const clock = new FakeClock();
  let received = 0;
  let silent = 0;
  watchSilence(
    clock,
    5_000,
    () => received,
    () => (silent += 1),
  );
  for (let i = 0; i < 5; i++) {
    await clock.advance(9_000);
    received += 1;
  }
  expect(silent).toBe(0);
  await clock.advance(11_000);
  expect(silent).toBe(1);
  expect(clock.timers).toBe(0);
});

test('where it cannot be told it is never told', async () => {
  const clock = new FakeClock();
  let silent = 0;
  const timer = watchSilence(
    clock,
    1_000,
    () => undefined,
    () => (silent += 1),
  );
  await clock.advance(60_000);
  timer.cancel();
  expect(silent).toBe(0);
});
