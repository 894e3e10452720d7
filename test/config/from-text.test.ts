import {
  booleanFromText,
  bytesFromText,
  durationFromText,
  integerFromText,
  jsonFromText,
  listFromText,
  numberFromText,
} from '../../src/config/from-text';

test('booleans', () => {
  for (const text of ['true', '1', 'yes', 'on', 'TRUE', 'Yes']) expect(booleanFromText(text)).toBe(true);
  for (const text of ['false', '0', 'no', 'off', 'OFF']) expect(booleanFromText(text)).toBe(false);
  for (const text of ['', '2', 'y', 'n', ' true', 'truee', 'constructor'])
    expect(booleanFromText(text)).toBeUndefined();
});

test('whole numbers', () => {
  expect(['0', '7', '007', '-3', '-0'].map(integerFromText)).toEqual([0, 7, 7, -3, 0]);
  for (const text of ['', '+1', '1e3', '0x1', '1.0', '12abc', ' 1', '1 ', '١'])
    expect(integerFromText(text)).toBeUndefined();
});

test('numbers', () => {
  expect(['0.5', '-1', '.5', '1e3', '+2', '-0'].map(numberFromText)).toEqual([0.5, -1, 0.5, 1000, 2, 0]);
  for (const text of ['', '1.', '0x1', 'NaN', 'Infinity', '1,5', ' 1', '1_000'])
    expect(numberFromText(text)).toBeUndefined();
});

test('lists', () => {
  expect(listFromText('a, b,,c,')).toEqual(['a', 'b', 'c']);
  expect(listFromText('')).toEqual([]);
  expect(listFromText(' ["a,b", 1]')).toEqual(['a,b', 1]);
  expect(listFromText('[a')).toBeUndefined();
});

test('JSON', () => {
  expect(jsonFromText('{"a":[1]}')).toEqual({ a: [1] });
  expect(jsonFromText('{a}')).toBeUndefined();
});

test('durations in milliseconds', () => {
  const texts = ['500', '500ms', '5s', '2m', '1.5m', '1h', '1d', '1.1s', '2H', '0'];
  expect(texts.map(durationFromText)).toEqual([
    500, 500, 5000, 120_000, 90_000, 3_600_000, 86_400_000, 1100, 7_200_000, 0,
  ]);
  for (const text of ['', '5 s', '-5s', '5sec', 's', '1e3', '5s5']) expect(durationFromText(text)).toBeUndefined();
});

test('sizes in bytes', () => {
  const texts = ['512', '512b', '100kb', '100kB', '1mb', '32MB', '1GB', '1.5kb'];
  expect(texts.map(bytesFromText)).toEqual([512, 512, 102_400, 102_400, 1_048_576, 33_554_432, 1_073_741_824, 1536]);
  for (const text of ['', '1 kb', '-1kb', '1k', '1kib', 'kb']) expect(bytesFromText(text)).toBeUndefined();
});
