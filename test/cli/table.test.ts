import { plain, table } from '../../src/cli/table';

test('columns are as wide as their widest cell', () => {
  const text = table(
    ['NAME', 'N'],
    [
      ['a', '1'],
      ['longer', '22'],
    ],
  );
  expect(text).toBe('NAME    N\na       1\nlonger  22\n');
});

test('no rows are a head', () => {
  expect(table(['NAME', 'N'], [])).toBe('NAME  N\n');
});

test.each([
  ['a\nb', 'a\\u000ab'],
  ['\u001b[2J', '\\u001b[2J'],
  ['a\u2028\u009bb', 'a\\u2028\\u009bb'],
  ['ä €', 'ä €'],
])('%j is shown as %s', (text, shown) => expect(plain(text)).toBe(shown));
