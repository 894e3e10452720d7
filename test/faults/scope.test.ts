import { type FaultSubject } from '../../src/core';
import { scopeOf } from '../../src/faults/scope';

const fits = (rule: Parameters<typeof scopeOf>[0], subject: FaultSubject): boolean => scopeOf(rule)(subject);

test('a rule without a scope fits all', () => expect(fits({}, {})).toBe(true));

test.each([
  ['/orders', '/orders', true],
  ['/orders', '/Orders/', true],
  ['/orders', '/orders/7', false],
  ['/orders/:id', '/orders/7', true],
  ['/orders/:id', '/orders', false],
  ['/orders/:id', '/orders/', false],
  ['/orders/:id', '/orders//', false],
  ['/orders/:id/lines', '/orders/7/lines', true],
  ['/orders/:id/lines', '/orders/7/notes', false],
  ['/orders/*', '/orders/7/lines', true],
  ['/orders/*', '/orders', true],
  ['/orders/*', '/ordersandmore', false],
  ['/*', '/anything', true],
  ['/', '/', true],
  ['/', '/a', false],
])('the route %s and the path %s: %s', (route, path, expected) => expect(fits({ route }, { path })).toBe(expected));

test.each([
  [{ method: 'GET' }, { method: 'GET' }, true],
  [{ method: 'GET' }, { method: 'POST' }, false],
  [{ peer: 'Stock' }, { peer: 'stock' }, true],
  [{ peer: 'stock' }, { peer: 'stock-archive' }, false],
  [{ type: 'order.placed' }, { type: 'order.placed' }, true],
  [{ type: 'order.placed' }, { type: 'order.placed.late' }, false],
  [{ type: 'order.*' }, { type: 'order.paid' }, true],
  [{ type: 'order.*' }, { type: 'orders.paid' }, false],
  [{ group: 'billing' }, { group: 'billing' }, true],
  [{ group: 'billing' }, { group: 'shipping' }, false],
  [{ headers: { 'X-Test': 'a' } }, { headers: { 'x-test': 'a' } }, true],
  [{ headers: { 'x-test': 'a' } }, { headers: { 'x-test': 'b' } }, false],
  [{ headers: { 'x-test': 'a' } }, { headers: { 'x-test': ['b', 'a'] } }, true],
  [{ headers: { 'x-test': '*' } }, { headers: { 'x-test': '' } }, true],
  [{ headers: { 'x-test': '*' } }, { headers: {} }, false],
  [{ headers: { a: '1', b: '2' } }, { headers: { a: '1' } }, false],
])('%j and %j: %s', (rule, subject, expected) => expect(fits(rule, subject)).toBe(expected));

test.each([{ method: 'GET' }, { route: '/*' }, { peer: 'a' }, { type: '*' }, { group: 'a' }, { headers: { a: '*' } }])(
  'what the work does not have does not fit %j',
  (rule) => expect(fits(rule, {})).toBe(false),
);

test('all that a rule names must fit', () => {
  const rule = { method: 'GET', route: '/a' };
  expect(fits(rule, { method: 'GET', path: '/a' })).toBe(true);
  expect(fits(rule, { method: 'GET', path: '/b' })).toBe(false);
});
