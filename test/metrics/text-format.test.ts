import {
  boundText,
  braced,
  commonText,
  labelText,
  valueText,
  writeHeading,
  type Format,
  type Source,
} from '../../src/metrics/text-format';

test('label values are escaped', () => {
  expect(labelText('a', 'plain')).toBe('a="plain"');
  expect(labelText('a', '\\"\n\\n')).toBe('a="\\\\\\"\\n\\\\n"');
  expect(labelText('a', 7)).toBe('a="7"');
});

test.each([
  [0, '0'],
  [1.5, '1.5'],
  [1e21, '1e+21'],
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
])('the value %d is written %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});

test.each([
  [0, '0.0'],
  [1, '1.0'],
  [-3, '-3.0'],
  [0.005, '0.005'],
  [100_000, '100000.0'],
  [1_000_000, '1e+06'],
  [1_048_576, '1.048576e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1e100, '1e+100'],
  [Infinity, '+Inf'],
])('the bound %d is written %s, as Go does', (bound, text) => {
  expect(boundText(bound)).toBe(text);
});

const heading = (format: Format, type: string, name: string): string[] => {
  const source: Source = { name, type, help: 'a "b"\n\\', size: 0, write: () => undefined };
  const lines: string[] = [];
  writeHeading(source, { format, lines, common: {} });
  return lines;
};

test('headings: quotes are escaped only in OpenMetrics, which also shortens the name of a counter', () => {
  expect(heading('text', 'counter', 'a_total')).toEqual(['# HELP a_total a "b"\\n\\\\', '# TYPE a_total counter']);
  expect(heading('openmetrics', 'counter', 'a_total')).toEqual(['# TYPE a counter', '# HELP a a \\"b\\"\\n\\\\']);
  expect(heading('openmetrics', 'untyped', 'a')[0]).toBe('# TYPE a unknown');
  expect(heading('openmetrics', 'gauge', 'a_total')[0]).toBe('# TYPE a_total gauge');
});

test('common labels leave room for the metric’s own', () => {
  const page = { format: 'text' as const, lines: [], common: { zone: 'a"', app: 'x' } };
  expect(commonText(page, ['app'])).toBe('zone="a\\"",');
  expect(commonText({ ...page, common: {} }, [])).toBe('');
});

test('braces only around something', () => {
  expect(braced('')).toBe('');
  expect(braced('a="b"')).toBe('{a="b"}');
  expect(braced('a="b",')).toBe('{a="b"}');
});
