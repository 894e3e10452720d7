import { parse, parseAllDocuments } from 'yaml';
import { why } from '../../../src/cli/k8s/why';
import { yamlOf } from '../../../src/cli/k8s/yaml-text';

test('reasons stand above what they are for', () => {
  const tree = { spec: { a: why(30, 'because'), list: [{ b: why('x y', 'one\ntwo'), c: undefined }], none: {} } };
  expect(yamlOf([{ head: 'made', tree }])).toBe(`# made
spec:
  # because
  a: 30
  list:
    - # one
      # two
      b: 'x y'
  none: {}
`);
});

test('several documents', () => {
  const text = yamlOf([{ tree: { a: 1 } }, { tree: { b: 2 } }]);
  expect(parseAllDocuments(text).map((document) => document.toJS() as unknown)).toEqual([{ a: 1 }, { b: 2 }]);
});

test('long reasons are broken into lines', () => {
  const lines = yamlOf([{ tree: { deep: { a: why(1, 'word '.repeat(100).trim()) } } }]).split('\n');
  const comments = lines.filter((line) => line.trim().startsWith('#'));
  expect(comments.length).toBeGreaterThan(4);
  expect(Math.max(...comments.map((line) => line.length))).toBeLessThanOrEqual(118);
  expect(comments.join(' ').match(/word/g)).toHaveLength(100);
});

test('texts stay texts for readers of YAML 1.1 and 1.2', () => {
  const data = Object.fromEntries(
    [
      'yes',
      'off',
      'n',
      'null',
      '3000',
      '1e3',
      '0o7',
      '012',
      '1_000',
      '2001-01-01',
      '12:30',
      '.5',
      '',
      ' x',
      'a: b',
      '#x',
      "it's",
      'Ä',
    ].map((text, i) => [`k${i}`, text]),
  );
  const text = yamlOf([{ tree: data }]);
  for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual(data);
});
