import { makerOf, nameProblem } from '../../src/cli/new-name';

test.each(['orders', 'order-history', 'a', 'v2', 'a-1', `a${'b'.repeat(62)}`])('%s is a name', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

test.each([
  '',
  'Orders',
  '1orders',
  '-orders',
  'orders-',
  'order--history',
  'order_history',
  'öl',
  '@a/b',
  '../up',
  'a b',
  `a${'b'.repeat(63)}`,
])('%j is none, and the rule is told', (name) => {
  expect(nameProblem(name)).toBe(
    `${JSON.stringify(name)} is no name for a service. It is lower-case letters, digits and single dashes, beginning with a letter, at most 63 characters, like order-history.`,
  );
});

test('what npm reserves for modules of Node.js is none', () => {
  expect(nameProblem('http')).toContain('http is a module of Node.js');
});

test.each([
  ['orders', 'createOrders'],
  ['order-history', 'createOrderHistory'],
  ['a-1b', 'createA1b'],
])('%s is made by %s', (name, maker) => {
  expect(makerOf(name)).toBe(maker);
});
