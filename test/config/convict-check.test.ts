import convict from 'convict';
import { convictFormat, ConvictFunctions } from '../../src/config/convict-check';
import { create, problems } from './support/invalid';

convict.addFormat({
  name: 'keelson-test-even',
  validate: (value: unknown) => {
    if (typeof value !== 'number' || value % 2 !== 0) throw new Error('must be even');
  },
  coerce: (value: string) => Number(value),
});

convict.addFormat({
  name: 'keelson-test-pair',
  validate: (value: { a?: { b?: unknown } }) => {
    if (value.a === undefined) throw new Error('must have a');
  },
});

test('a format that was added to convict works, with its conversion', () => {
  const schema = { n: { doc: 'x', format: 'keelson-test-even', default: 2 } };
  expect(create(schema, { env: { N: '4' } }).get('n')).toBe(4);
  expect(create(schema, { settings: { n: 6 } }).get('n')).toBe(6);
  const [problem] = problems(schema, { env: { N: '5' } });
  expect(problem).toMatchObject({ key: 'n', expected: 'even', got: '"5"' });
});

test('objects go through, and complaints do not print the value', () => {
  const check = convictFormat('keelson-test-pair');
  expect(check?.({ a: { b: { c: { d: 1 } } } })).toEqual({ value: { a: { b: { c: { d: 1 } } } } });
  expect(check?.({ z: 'hidden' })).toEqual({ refused: 'have a'.replace('have', 'must have') });
});

test('names that convict does not know are undefined, also those of every object', () => {
  expect(convictFormat('no-such-format')).toBeUndefined();
  expect(convictFormat('constructor')).toBeUndefined();
  expect(convictFormat('RegExp')).toBeUndefined();
});

test('a function is asked with the value as it is, whatever its shape', () => {
  const seen: unknown[] = [];
  const check = new ConvictFunctions().of((value) => void seen.push(value));
  const values = [1, 'x', { 'a.b': 1 }, [], {}, { a: { b: {} } }, undefined];
  for (const value of values) expect(check(value)).toEqual({ value });
  expect(seen).toEqual(values);
});

test('what it throws becomes what was expected', () => {
  expect(
    new ConvictFunctions().of(() => {
      throw new Error('must be nice');
    })(1),
  ).toEqual({ refused: 'nice' });
  const throwing: unknown = 'a text';
  expect(
    new ConvictFunctions().of(() => {
      throw throwing as Error;
    })(1),
  ).toEqual({ refused: 'a text' });
  expect(
    new ConvictFunctions().of(() => {
      throw new Error('a\nforged\u001b[31m line');
    })(1),
  ).toEqual({
    refused: 'a\\u000aforged\\u001b[31m line',
  });
});
