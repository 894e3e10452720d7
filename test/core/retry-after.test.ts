import { retryAfterMs } from '../../src/core';

const now = Date.parse('2026-11-21T10:00:00Z');

test.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['0', 0],
  ['3', 3000],
  ['3600', 60_000],
  ['9999999999', 60_000],
  ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
  ['Sun, 22 Nov 2026 10:00:00 GMT', 60_000],
  ['9'.repeat(1000), undefined],
])('%p is %p', (header, ms) => {
  expect(retryAfterMs(header, now, 60_000)).toBe(ms);
});
