import { distance, nearest } from '../../src/config/nearest';

test('the number of edits; a swap is one', () => {
  expect([
    distance('', ''),
    distance('', 'ab'),
    distance('ab', ''),
    distance('prot', 'port'),
    distance('kitten', 'sitting'),
  ]).toEqual([0, 2, 2, 1, 3]);
});

test('the nearest name, if it is near', () => {
  const names = ['port', 'host', 'bodyLimit', 'timeoutMs'];
  expect(nearest('prot', names)).toBe('port');
  expect(nearest('body-limit', names)).toBe('bodyLimit');
  expect(nearest('timeout', names)).toBe('timeoutMs');
  expect(nearest('zebra', names)).toBeUndefined();
  expect(nearest('', names)).toBeUndefined();
});

test('a very long name takes no time', () => {
  expect(nearest('x'.repeat(1_000_000), ['port'])).toBeUndefined();
});
