import { intBetween, numberBetween } from '../../src/config';
import { shapeOf } from '../../src/config/format-shape';
import { ownFormat } from '../../src/config/formats';
import { type Format } from '../../src/config';

test.each([
  [String, 'string'],
  ['Number', 'number'],
  [Boolean, 'boolean'],
  ['integer', 'int'],
  ['duration', 'duration'],
  [Object, 'map'],
  ['object', 'map'],
  [Array, 'array'],
  ['list', 'list'],
  ['*', '*'],
  [['a', 1], 'enum'],
  [intBetween(1, 2), 'int'],
  [numberBetween(1, 2), 'number'],
  [() => undefined, 'custom'],
  ['added-by-somebody', 'added-by-somebody'],
] as [Format, string][])('the type of %p is %s', (format, type) => {
  expect(shapeOf(format).type).toBe(type);
});

test('each format that keelson knows has a schema of its own', () => {
  const names = [
    'string',
    'number',
    'boolean',
    'int',
    'nat',
    'port',
    'ratio',
    'duration',
    'bytes',
    'url',
    'list',
    'array',
    'map',
  ];
  const { schema: anything } = shapeOf('*');
  for (const name of names) {
    expect(ownFormat(name)).toBeDefined();
    expect(shapeOf(name).schema).not.toEqual(anything);
  }
});

test('open ends have no bound', () => {
  expect(shapeOf(numberBetween(0, Infinity)).schema).toEqual({ type: 'number', minimum: 0 });
  expect(shapeOf(intBetween(-Infinity, 9)).schema).toEqual({ type: 'integer', maximum: 9 });
});
