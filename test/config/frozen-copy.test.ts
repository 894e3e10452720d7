import { frozenCopy } from '../../src/config/frozen-copy';

test('it is a copy, frozen all the way down', () => {
  const original = { a: [{ b: 1 }], c: 'x' };
  const copy = frozenCopy(original);
  expect(copy).toEqual({ value: original });
  const { value } = copy as { value: typeof original };
  expect(value).not.toBe(original);
  expect([value, value.a, value.a[0]].every(Object.isFrozen)).toBe(true);
  expect(Object.isFrozen(original)).toBe(false);
});

test('instances of classes stay what they are', () => {
  const date = new Date(0);
  expect(frozenCopy(date)).toEqual({ value: date });
  expect(Object.isFrozen(date)).toBe(false);
});

test.each(['__proto__', 'constructor', 'prototype'])('a member %s is refused', (name) => {
  expect(frozenCopy(JSON.parse(`{"a":[{"${name}":1}]}`))).toHaveProperty('refused');
});

test('circles and great depth are refused, the same thing twice is not', () => {
  const circle: unknown[] = [];
  circle.push({ circle });
  expect(frozenCopy(circle)).toHaveProperty('refused');
  expect(frozenCopy(JSON.parse('['.repeat(65) + ']'.repeat(65)))).toHaveProperty('refused');
  const shared = { a: 1 };
  expect(frozenCopy([shared, shared])).toEqual({ value: [shared, shared] });
});

test('what it cannot expect is thrown on', () => {
  const hostile = {
    get a(): never {
      throw new RangeError('no');
    },
  };
  expect(() => frozenCopy(hostile)).toThrow(RangeError);
});
