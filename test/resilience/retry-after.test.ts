import { isRetryable, retryAfterMs } from '../../src/resilience/retry-after';
import { FakeClock } from '../support/fake-clock';
import { broken } from './support/failing-work';

const clock = new FakeClock();

test.each([
  ['a duration', { retryAfterMs: 1500 }, 1500],
  ['none to wait', { retryAfterMs: 0 }, 0],
  ['a moment', { retryAt: clock.wall() + 700 }, 700],
  ['a moment that has passed', { retryAt: clock.wall() - 700 }, 0],
  ['both: the duration wins', { retryAfterMs: 5, retryAt: clock.wall() + 700 }, 5],
  ['nothing', {}, undefined],
  ['a negative duration', { retryAfterMs: -1 }, undefined],
  ['no number', { retryAfterMs: NaN }, undefined],
  ['for ever', { retryAfterMs: Infinity }, undefined],
  ['a text', { retryAfterMs: '5' }, undefined],
  ['garbage for a moment', { retryAt: 'Sat, 21 Nov' }, undefined],
])('%s', (_what, details, ms) => {
  expect(retryAfterMs(broken(true, details), clock)).toBe(ms);
});

test('the moment is one of the wall clock', () => {
  const own = new FakeClock();
  const error = broken(true, { retryAt: own.wall() + 10_000 });
  own.jumpWall(4000);
  expect(retryAfterMs(error, own)).toBe(6000);
});

test.each([undefined, null, 'text', 5, new Error('plain'), { details: null }, { details: 'x' }])(
  'what says nothing of it: %p',
  (error) => {
    expect(retryAfterMs(error, clock)).toBeUndefined();
    expect(isRetryable(error)).toBe(false);
  },
);

test('retryable is what says so with true itself', () => {
  expect(isRetryable(broken(true))).toBe(true);
  expect(isRetryable({ retryable: true })).toBe(true);
  expect(isRetryable(broken(false))).toBe(false);
  expect(isRetryable({ retryable: 'yes' })).toBe(false);
});
