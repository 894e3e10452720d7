import { HoldRule, type Verdict } from '../../../src/discovery/eureka/hold-rule';

const times = (rule: HoldRule, known: number, named: number, ...at: number[]): Verdict[] =>
  at.map((seconds) => rule.judge('stock', known, named, seconds * 1000));

test.each([
  [10, 10],
  [10, 2],
  [11, 2],
  [0, 0],
  [0, 5],
  [5, 50],
])('from %d to %d is taken', (known, named) => {
  expect(times(new HoldRule(), known, named, 0)).toEqual(['take']);
});

test.each([
  [1, 0],
  [10, 1],
  [10, 0],
  [200, 20],
])('from %d to %d is held for three answers and 90 s', (known, named) => {
  expect(times(new HoldRule(), known, named, 0, 30, 60, 90)).toEqual(['hold', 'hold', 'hold', 'give-in']);
});

test('answers in quick succession do not shorten it, nor do slow ones', () => {
  expect(times(new HoldRule(), 10, 0, 0, 1, 2, 3, 89, 90)).toEqual([...Array<Verdict>(5).fill('hold'), 'give-in']);
  expect(times(new HoldRule(), 10, 0, 0, 100, 200, 300)).toEqual(['hold', 'hold', 'hold', 'give-in']);
});

test('an answer that has them all again ends the doubt, one that has most of them does not', () => {
  const rule = new HoldRule();
  expect(times(rule, 10, 0, 0, 30, 60)).toEqual(['hold', 'hold', 'hold']);
  expect(times(rule, 10, 9, 70)).toEqual(['hold']);
  expect(rule.held()).toEqual(['stock']);
  expect(times(rule, 10, 10, 80)).toEqual(['take']);
  expect(rule.held()).toEqual([]);
  expect(times(rule, 10, 9, 85)).toEqual(['take']);
  expect(times(rule, 10, 0, 90)).toEqual(['hold']);
});

test.each([
  [1, 1, 'take'],
  [0, 0, 'take'],
  [110, 110, 'take'],
  [10, 9, 'hold'],
  [1000, 999, 'hold'],
] as const)('after failures from %d to %d: %s', (known, named, verdict) => {
  expect(new HoldRule().judge('stock', known, named, 0, true)).toBe(verdict);
});

test('after failures it is held for three answers and 90 s too', () => {
  const rule = new HoldRule();
  expect(rule.judge('stock', 10, 9, 0, true)).toBe('hold');
  expect(times(rule, 10, 9, 30, 60, 90)).toEqual(['hold', 'hold', 'give-in']);
});

test('each service has its own', () => {
  const rule = new HoldRule();
  for (const at of [0, 30, 60]) rule.judge('constructor', 1, 0, at * 1000);
  expect(rule.judge('__proto__', 1, 0, 90_000)).toBe('hold');
  expect(rule.judge('constructor', 1, 0, 90_000)).toBe('give-in');
  expect(rule.held()).toEqual(['__proto__']);
});
