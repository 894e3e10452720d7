import { retryBudget, type RetryBudget } from '../../src/resilience';
import { budgetOr } from '../../src/resilience/retry-budget';

const second = 1000;

function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken += 1;
  return taken;
}

test('begins with what its first second brings, so that a first failure can be retried', () => {
  expect(takeAll(retryBudget(), 0)).toBe(10);
  expect(takeAll(retryBudget({ perSecond: 3 }), 5_000)).toBe(3);
});

test('each call pays its share in', () => {
  const budget = retryBudget({ ratio: 0.25, perSecond: 0 });
  for (let call = 0; call < 20; call += 1) budget.earn(0);
  expect(takeAll(budget, 0)).toBe(5);
  expect(retryBudget({ ratio: 0, perSecond: 0 }).take(0)).toBe(false);
});

test('over a minute of nothing but failures there are no more retries than were paid for', () => {
  const budget = retryBudget();
  let [calls, retries] = [0, 0];
  for (let now = 0; now < 60 * second; now += 2) {
    budget.earn(now);
    calls += 1;
    retries += takeAll(budget, now);
  }
  expect(calls).toBe(30_000);
  expect(retries).toBeLessThanOrEqual(0.2 * calls + 10 * 60);
  expect(retries).toBeGreaterThanOrEqual(0.2 * calls + 10 * 59);
});

test('what is not spent fades, and an idle budget comes to rest', () => {
  const busy = retryBudget({ ratio: 1, perSecond: 0, ttlMs: 10 * second });
  for (let call = 0; call < 1000; call += 1) busy.earn(second * Math.min(call, 1));
  expect(takeAll(busy, 11 * second)).toBe(Math.floor(1000 / Math.E));

  const idle = retryBudget();
  idle.earn(0);
  expect(takeAll(idle, 3_600 * second)).toBe(100);
  expect(takeAll(idle, 3_601 * second)).toBe(9); // of the second that has passed, a little has faded
});

test('a clock that stands still or goes back gives nothing away', () => {
  const budget = retryBudget({ ratio: 0, perSecond: 10 });
  expect(takeAll(budget, 100 * second)).toBe(10);
  expect(takeAll(budget, 0)).toBe(0);
  expect(takeAll(budget, 100 * second)).toBe(0);
});

test.each([
  [{ ratio: -0.1 }, 'retryBudget: ratio must be a number from 0 to 10, not -0.1.'],
  [{ ratio: 20 }, 'retryBudget: ratio must be a number from 0 to 10, not 20.'],
  [{ perSecond: NaN }, /^retryBudget: perSecond must be a number from 0 to \d+, not NaN\.$/],
  [{ ttlMs: 0 }, 'retryBudget: ttlMs must be a number from 1 to 2147483647, not 0.'],
])('refuses %j', (options, message) => {
  expect(() => retryBudget(options)).toThrow(message);
});

test('what is no budget is refused where it is given', () => {
  const budget = retryBudget();
  expect(budgetOr('retry', budget)).toBe(budget);
  expect(budgetOr('retry', undefined)).toBeUndefined();
  for (const wrong of [null, 5, { ratio: 0.2 }]) {
    expect(() => budgetOr('retry', wrong as unknown as RetryBudget)).toThrow(
      /^retry: budget must be made by retryBudget\(\), not /,
    );
  }
});
