import { ownFormat, textByDefault } from '../../src/config/formats';
import { intBetween } from '../../src/config/between';
import { type Format } from '../../src/config';

const good: readonly (readonly [Format, readonly unknown[]])[] = [
  [String, ['', 'x']],
  ['string', ['x']],
  [Number, [0, -1.5]],
  [Boolean, [true, false]],
  [Array, [[], [1, 'x']]],
  [Object, [{}, { a: 1 }]],
  ['map', [{ 'a.b': 1 }]],
  ['int', [0, -7]],
  ['integer', [7]],
  ['nat', [0, 7]],
  ['port', [0, 65_535]],
  ['port_or_windows_named_pipe', [80, '\\\\.\\pipe\\x']],
  ['ratio', [0, 0.5, 1]],
  ['duration', [0, 1.5, 5000]],
  ['bytes', [0, 1024]],
  ['url', ['http://a', 'amqp://u:p@host/v', 'postgres://db/app']],
  ['list', [[], ['a']]],
  ['*', [1, 'x', {}, null]],
  [
    ['a', 1, true],
    ['a', 1, true],
  ],
  [intBetween(1, 2), [1, 2]],
];

const bad: readonly (readonly [Format, readonly unknown[]])[] = [
  [String, [1, true, null, {}, []]],
  [Number, ['1', NaN, Infinity, null]],
  [Boolean, ['true', 0, 1, null]],
  [Array, [{}, 'a']],
  [Object, [[], 'x', null, new Date(), new Map()]],
  ['int', [1.5, '1', 2 ** 53, NaN]],
  ['nat', [-1, 1.5]],
  ['port', [-1, 65_536, 1.5, '80']],
  ['port_or_windows_named_pipe', ['x', -1]],
  ['ratio', [-0.1, 1.1, NaN]],
  ['duration', [-1, Infinity, NaN]],
  ['bytes', [-1, 1.5]],
  ['url', ['/path', 'localhost:3000', 'http://', 'http://a b', 'mailto:x', '', 5]],
  ['list', [[1], 'a', {}]],
  [
    ['a', 1, true],
    ['b', '1', 'true', null],
  ],
  [intBetween(1, 2), [0, 3, '1']],
];

test.each(good)('%p takes', (format, values) => {
  for (const value of values) expect(ownFormat(format)?.accepts(value)).toBe(true);
});

test.each(bad)('%p refuses', (format, values) => {
  for (const value of values) expect(ownFormat(format)?.accepts(value)).toBe(false);
});

test('the allowed values are understood as text', () => {
  const format = ownFormat(['a', 1, true]);
  expect(format?.fromText('1')).toBe(1);
  expect(format?.fromText('true')).toBe(true);
  expect(format?.fromText('A')).toBeUndefined();
  expect(format?.expected).toBe('one of "a", 1, true');
  expect(ownFormat([true, false])?.isBoolean).toBe(true);
  expect(ownFormat('port_or_windows_named_pipe')?.fromText('12abc')).toBe('12abc');
});

test('others are not ours', () => {
  expect(ownFormat('email')).toBeUndefined();
  expect(ownFormat(() => undefined)).toBeUndefined();
});

test('text by the type of the default', () => {
  expect(textByDefault(1)('0x1')).toBeUndefined();
  expect(textByDefault(undefined)('0x1')).toBe('0x1');
});
