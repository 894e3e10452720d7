import { intBetween, numberBetween } from '../../src/config';
import { isBounded } from '../../src/config/between';
import { create, invalid, problems } from './support/invalid';

test('bounds are included, and said in words', () => {
  const schema = { ms: { doc: 'x', format: intBetween(1, 65_535), default: 1 } };
  expect(create(schema, { env: { MS: '65535' } }).get('ms')).toBe(65_535);
  for (const text of ['0', '65536', '1.5', '1e3', 'x']) {
    expect(problems(schema, { env: { MS: text } })[0]?.expected).toBe('a whole number from 1 to 65535');
  }
  expect(problems(schema, { settings: { ms: '7' } })).toHaveLength(1);
});

test('numbers with fractions, and open ends', () => {
  const schema = { rate: { doc: 'x', format: numberBetween(0, Infinity), default: 0 } };
  expect(create(schema, { env: { RATE: '0.25' } }).get('rate')).toBe(0.25);
  expect(problems(schema, { env: { RATE: '-0.1' } })[0]?.expected).toBe('a number from 0');
  expect(problems(schema, { settings: { rate: Infinity } })[0]?.got).toBe('Infinity');
  expect(numberBetween(-Infinity, 5).expected).toBe('a number up to 5');
});

test('it is a format function of convict too', () => {
  const format = intBetween(1, 3);
  expect(() => format(4)).toThrow('must be a whole number from 1 to 3');
  expect(() => format(3)).not.toThrow();
  expect(isBounded(format)).toBe(true);
  expect(isBounded(Number)).toBe(false);
});

test('bounds the wrong way round are refused', () => {
  expect(invalid(() => intBetween(2, 1)).message).toContain('between 2 and 1');
  expect(invalid(() => numberBetween(NaN, 1)).code).toBe('CONFIG_INVALID');
});
