import { mebibytes, seconds, tagOf } from '../../../src/cli/k8s/words';

test.each([
  [0, '0 s'],
  [1, '1 ms'],
  [250, '250 ms'],
  [1_000, '1 s'],
  [2_500, '2.5 s'],
  [1_666.67, '1.67 s'],
  [3_600_000, '3600 s'],
])('%d ms are %s', (ms, text) => {
  expect(seconds(ms)).toBe(text);
});

test('bytes are rounded up to MiB', () => {
  expect([0, 1, 1_048_576, 1_048_577].map(mebibytes)).toEqual(['0 MiB', '1 MiB', '1 MiB', '2 MiB']);
});

test.each([
  ['1.4.2', '1.4.2'],
  ['1.4.2-rc.1+5114f85', '1.4.2-rc.1_5114f85'],
  ['1.4.2+', '1.4.2'],
  [`1.0.0-${'a'.repeat(80)}`, `1.0.0-${'a'.repeat(57)}`],
])('the version %s is the tag %s', (version, tag) => {
  expect(tagOf(version)).toBe(tag);
});
