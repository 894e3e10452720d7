import { TokenBucket, type BucketRate } from '../../src/resilience/token-bucket';

const rate: BucketRate = { burst: 3, perMs: 0.01 };

test('it is full at first, and fills at its rate up to its size', () => {
  const bucket = new TokenBucket(rate, 0);
  const take = (now: number): number => bucket.take(rate, now);
  expect([take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 100]);
  expect(take(40)).toBe(60);
  expect([take(100), take(100)]).toEqual([0, 100]);
  expect([take(1e9), take(1e9), take(1e9)]).toEqual([0, 0, 0]);
  expect(take(1e9)).toBeGreaterThan(0);
  expect([take(1e9 + 1), take(1e9 + 1)]).toEqual([0, expect.closeTo(99.1)]);
});

test('a clock that goes back gives nothing and takes nothing away', () => {
  const bucket = new TokenBucket(rate, 1000);
  for (let i = 0; i < 3; i += 1) bucket.take(rate, 1000);
  expect(bucket.take(rate, 0)).toBe(100);
  expect(bucket.take(rate, 1099)).toBeCloseTo(1);
});

test.each([1, 1000, 30_000, 1_000_000])(
  'at %i a second and the numbers of a real clock, a minute is exact',
  (second) => {
    const fast: BucketRate = { burst: 1, perMs: second / 1000 };
    const start = 1_700_000_000_000.123;
    const bucket = new TokenBucket(fast, start);
    const [seconds, stepMs] = [second > 1000 ? 0.5 : 60, 1000 / second / 4];
    let taken = 0;
    for (let i = 0; i * stepMs < seconds * 1000; i += 1) if (bucket.take(fast, start + i * stepMs) === 0) taken += 1;
    expect(taken).toBeGreaterThanOrEqual(second * seconds * 0.99);
    expect(taken).toBeLessThanOrEqual(second * seconds + 2);
  },
);
