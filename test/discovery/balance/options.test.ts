import { numberOption, wholeOption } from '../../../src/discovery/balance/options';

test('what fits is given back', () => {
  expect(numberOption('b', 'o', 0.5, 0, 1)).toBe(0.5);
  expect(wholeOption('b', 'o', 3, 1, 5)).toBe(3);
});

test.each([[NaN], [-1], [2], ['1'], [null], [undefined]])('%s is refused by the name of the option', (value) => {
  expect(() => numberOption('b', 'o', value, 0, 1)).toThrow(/^b: o must be a number from 0 to 1, not /);
  expect(() => wholeOption('b', 'o', value, 0, 1)).toThrow(/^b: o must be a (whole )?number from 0 to 1, not /);
});

test('half of something is no whole number', () => {
  let error: unknown;
  try {
    wholeOption('b', 'o', 1.5, 1, 5);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: 'CONFIG_INVALID',
    retryable: false,
    message: 'b: o must be a whole number from 1 to 5, not 1.5.',
  });
});
