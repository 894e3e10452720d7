import { backoffMs, failedBackoffMs } from '../../../src/messaging/amqp/backoff';

test('at random up to 100 ms at first, up to 1 s later', () => {
  expect([1, 2, 3, 4, 5, 50].map((failures) => backoffMs(failures, false, 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect(backoffMs(50, false, 0.5)).toBe(500);
  expect(backoffMs(1, false, 0)).toBe(10);
});

test('a refused login is not tried twice in a second', () => {
  expect(backoffMs(1, true, 0)).toBe(1_000);
});

test('what somebody must change is asked for from every second to every half minute', () => {
  expect([1, 2, 5, 6, 2_000].map(failedBackoffMs)).toEqual([1_000, 2_000, 16_000, 30_000, 30_000]);
});
