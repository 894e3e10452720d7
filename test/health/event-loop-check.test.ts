import { createHealth, eventLoopCheck } from '../../src/health';
import { FakeClock, settle } from '../support/fake-clock';

const signal = new AbortController().signal;

function beBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('the first run only begins the measure; a loop that had no time since is DOWN', async () => {
  const check = eventLoopCheck({ maxUtilization: 0.5 });
  await settle();
  expect(check(signal)).toBeUndefined();
  beBusy(20);
  expect(check(signal)).toMatchObject({ status: 'DOWN', details: { maxUtilization: 0.5 } });
});

test('a loop that was less busy than allowed is UP', async () => {
  const check = eventLoopCheck({ maxUtilization: 1 });
  await settle();
  await check(signal);
  beBusy(5);
  expect(check(signal)).toMatchObject({ status: 'UP' });
});

test('as a check it leaves nothing running', async () => {
  const clock = new FakeClock();
  const health = createHealth({ clock });
  health.check('loop', eventLoopCheck(), { group: 'liveness' });
  health.start();
  await settle();
  expect(health.probe('liveness').up).toBe(true);
  health.stop();
  expect(clock.timers).toBe(0);
});

test.each([0, -1, 1.01, Number.NaN])('refuses the utilization %p', (maxUtilization) => {
  expect(() => eventLoopCheck({ maxUtilization })).toThrow('maxUtilization');
});
