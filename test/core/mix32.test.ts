import { mix32 } from '../../src/core';

test('gives the known values of MurmurHash3', () => {
  expect([0, 1, 2, -1].map((hash) => mix32(hash) >>> 0)).toEqual([0, 0x514e28b7, 0x30f4c306, 0x81f16f39]);
});

test('a change of one bit changes about half of all', () => {
  let changed = 0;
  for (let bit = 0; bit < 32; bit++)
    changed += (mix32(12_345) ^ mix32(12_345 ^ (1 << bit))).toString(2).replace(/[^1]/g, '').length;
  expect(changed).toBeGreaterThan(32 * 8);
});
