import {
  booleanOr,
  functionOr,
  integerWithin,
  numberWithin,
  positiveMs,
  requireFunction,
  textOf,
} from '../../src/resilience/option-checks';

const refused = (check: () => unknown): string => {
  try {
    return `accepted ${String(check())}`;
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retryable: false });
    return (error as Error).message;
  }
};

test('numbers within their bounds, which are allowed themselves', () => {
  expect([0.5, 1, 0.75].map((value) => numberWithin('retry', 'share', value, 0.5, 1))).toEqual([0.5, 1, 0.75]);
  expect([3, 0].map((value) => integerWithin('bulkhead', 'queue', value, 0, 3))).toEqual([3, 0]);
  expect([1, 2_147_483_647].map((value) => positiveMs('timeout', 'ms', value))).toEqual([1, 2_147_483_647]);
  expect(textOf('breaker', 'name', 'stock')).toBe('stock');
});

test.each([0.49, 1.01, NaN, Infinity, '1', null, undefined, {}, true])('no number from 0.5 to 1: %p', (value) => {
  const got = typeof value === 'number' || typeof value === 'string' ? String(value) : typeof value;
  expect(refused(() => numberWithin('retry', 'share', value, 0.5, 1))).toBe(
    `retry: share must be a number from 0.5 to 1, not ${got}.`,
  );
});

test.each([-1, 4, 1.5, NaN, '2', 2n])('no whole number from 0 to 3: %p', (value) => {
  expect(refused(() => integerWithin('bulkhead', 'queue', value, 0, 3))).toMatch(
    /^bulkhead: queue must be a whole number from 0 to 3, not /,
  );
});

test.each([0, -1, 2_147_483_648, Infinity, '10'])('no time that a timer can wait: %p', (value) => {
  expect(refused(() => positiveMs('timeout', 'ms', value))).toMatch(
    /^timeout: ms must be a number from 1 to 2147483647, not /,
  );
});

test.each(['', 5, undefined, ['a']])('no text: %p', (value) => {
  expect(refused(() => textOf('breaker', 'name', value))).toMatch(
    /^breaker: name must be text that is not empty, not /,
  );
});

test('a value that may be secret or endless is not shown, its type is', () => {
  expect(refused(() => numberWithin('retry', 'share', { token: 'x' }, 0, 1))).toMatch(/not object\.$/);
});

test('functions and switches, which may be left out', () => {
  const [mine, other] = [(): number => 1, (): number => 2];
  expect(functionOr('retry', 'random', mine, other)).toBe(mine);
  expect(functionOr('retry', 'random', undefined, other)).toBe(other);
  expect(requireFunction('fallback', 'answer', mine)).toBe(mine);
  expect([true, false, undefined].map((value) => booleanOr('cache', 'share', value, true))).toEqual([
    true,
    false,
    true,
  ]);
});

test('no function, no switch', () => {
  const wrong = 'x' as unknown as () => void;
  expect(refused(() => functionOr('retry', 'random', wrong, () => undefined))).toBe(
    'retry: random must be a function, not x.',
  );
  expect(refused(() => requireFunction('fallback', 'answer', undefined as unknown as () => void))).toBe(
    'fallback: answer must be a function, not undefined.',
  );
  expect(refused(() => booleanOr('cache', 'share', 1 as unknown as boolean, true))).toBe(
    'cache: share must be true or false, not 1.',
  );
});
