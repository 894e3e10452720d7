import { backoffDefaults, backoffMs, resolveBackoff } from '../../src/resilience/backoff';
import { seeded } from './support/failing-work';

test('the bound doubles with each retry, up to the longest wait', () => {
  const backoff = resolveBackoff('retry', { initialMs: 100, maxMs: 1000 });
  const almostOne = 1 - Number.EPSILON;
  const bounds = [1, 2, 3, 4, 5, 50, 2000].map((retry) => Math.round(backoffMs(backoff, retry, almostOne)));
  expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
});

test('full jitter: the whole range from 0 to the bound is used evenly', () => {
  const random = seeded();
  const waits = Array.from({ length: 10_000 }, () => backoffMs(resolveBackoff('retry'), 2, random()));
  const quarters = [0, 0, 0, 0];
  for (const wait of waits) quarters[Math.floor(wait / 50)]! += 1;
  for (const quarter of quarters) expect(Math.abs(quarter - 2500)).toBeLessThan(150);
});

test('its defaults, and a longest wait that follows a long first one', () => {
  expect(resolveBackoff('retry')).toEqual(backoffDefaults);
  expect(resolveBackoff('retry', { initialMs: 9000 })).toEqual({ initialMs: 9000, maxMs: 9000 });
  expect(resolveBackoff('retry', { initialMs: 0, maxMs: 0 })).toEqual({ initialMs: 0, maxMs: 0 });
});

test.each([
  [{ initialMs: -1 }, 'retry: backoff.initialMs must be a number from 0 to 2147483647, not -1.'],
  [{ initialMs: '5' }, 'retry: backoff.initialMs must be a number from 0 to 2147483647, not 5.'],
  [{ initialMs: 200, maxMs: 100 }, 'retry: backoff.maxMs must be a number from 200 to 2147483647, not 100.'],
  [{ maxMs: NaN }, 'retry: backoff.maxMs must be a number from 100 to 2147483647, not NaN.'],
])('refuses %j', (backoff, message) => {
  expect(() => resolveBackoff('retry', backoff as object)).toThrow(message);
});
