import { isPlainObject, kindOf, printable, show, shown, withoutPassword } from '../../src/config/show';

test('text that cannot forge or flood', () => {
  expect(printable('a\nb\u001b[31m\u2028\u202e')).toBe('a\\u000ab\\u001b[31m\\u2028\\u202e');
  expect(printable('x'.repeat(100))).toBe(`${'x'.repeat(80)}...`);
});

test('passwords in URLs are hidden, also in badly written ones', () => {
  expect(withoutPassword('to amqp://user:pass@host/v and on')).toBe('to amqp://user:******@host/v and on');
  expect(withoutPassword('amqp://user:p/a@ss@host')).toBe('amqp://user:******@host');
  expect(withoutPassword('amqp://:pass@host')).toBe('amqp://:******@host');
  expect(withoutPassword('http://host:8080/path')).toBe('http://host:8080/path');
});

test('values in errors', () => {
  expect([show('a"b'), show(5), show(null), show(true), show([1]), show({ a: 1 }), show(undefined), show(5n)]).toEqual([
    '"a"b"',
    '5',
    'null',
    'true',
    'a list',
    'an object',
    'nothing',
    'a bigint',
  ]);
  expect(show('http://u:p@h')).toBe('"http://u:******@h"');
  expect(show('http//u:p@ss@h')).toBe('"******@h"');
  expect(show('u:p@h:80')).toBe('"******@h:80"');
  expect(show('host:80')).toBe('"host:80"');
  expect(kindOf('hunter2')).toBe('text');
  expect(kindOf(null)).toBe('null');
});

test('values in descriptions', () => {
  const date = new Date(0);
  expect(shown('x', true)).toBe('******');
  expect(shown(null, true)).toBeNull();
  expect([shown('', true), shown([], true)]).toEqual(['', []]);
  expect(shown(undefined, true)).toBeUndefined();
  expect(shown({ a: ['http://u:p@h'], b: 1, d: date }, false)).toEqual({ a: ['http://u:******@h'], b: 1, d: date });
});

test('plain objects', () => {
  class Thing {}
  expect([{}, Object.create(null)].every(isPlainObject)).toBe(true);
  expect([[], null, 'x', new Thing(), new Date(), Object.create({ a: 1 })].some(isPlainObject)).toBe(false);
});
