import { checkGroup, defineCommand, defineEvent } from '../../src/messaging';

const refused = expect.objectContaining({ code: 'CONFIG_INVALID', retryable: false });

test('a definition is plain and frozen', () => {
  expect(defineEvent('order.placed')).toEqual({
    kind: 'event',
    name: 'order.placed',
    schema: undefined,
    unroutable: 'reject',
  });
  expect(defineEvent('order.placed', { unroutable: 'drop' }).unroutable).toBe('drop');
  const command = defineCommand('stock.reserve');
  expect(command).toEqual({ kind: 'command', name: 'stock.reserve', request: undefined, reply: undefined });
  expect([Object.isFrozen(command), Object.isFrozen(defineEvent('a.b'))]).toEqual([true, true]);
});

test.each(['order.placed', 'a.b.c.d', 'a1.b_c-d', `a.${'b'.repeat(118)}`])('an event: %s', (name) => {
  expect(defineEvent(name).name).toBe(name);
});

test.each([
  'order',
  'Order.placed',
  'order.',
  '.placed',
  'order..placed',
  'order.1',
  'order placed',
  'order.*',
  'order.#',
  'keelson.delay',
  'amq.topic',
  `a.${'b'.repeat(119)}`,
  '',
  undefined,
  7,
])('no event: %p', (name) => {
  expect(() => defineEvent(name as string)).toThrow(refused);
});

test.each(['stock', 'stock.reserve.now', 'keelson.commands', 'Stock.reserve', undefined])('no command: %p', (name) => {
  expect(() => defineCommand(name as string)).toThrow(refused);
});

test('unroutable is one of two', () => {
  expect(() => defineEvent('a.b', { unroutable: 'ignore' as 'drop' })).toThrow(refused);
});

test.each([
  ['the schema of an event', () => defineEvent('a.b', { schema: {} as never })],
  ['the request of a command', () => defineCommand('a.b', { request: (() => true) as never })],
  ['the reply of a command', () => defineCommand('a.b', { reply: { '~standard': {} } as never })],
])('a schema that is none is refused where it is written: %s', (_, define) => {
  expect(define).toThrow(refused);
});

test.each(['billing', 'a', 'a-b_c1', 'b'.repeat(63)])('a group: %s', (group) => {
  expect(checkGroup(group)).toBe(group);
});

test.each(['', 'Billing', '1a', 'a.b', 'dlq', 'b'.repeat(64), 'a b', undefined])('no group: %p', (group) => {
  expect(() => checkGroup(group as string)).toThrow(refused);
});
