import { retryAfterMs } from '../../src/client/retry-after';

const wall = Date.parse('Wed, 25 Nov 2026 12:00:00 GMT');

test.each([
  ['0', 0],
  ['7', 7_000],
  ['3600', 3_600_000],
  ['9999999999', 86_400_000],
  ['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
  ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['2026-11-25', undefined],
  ['Wed, nonsense GMT', undefined],
  ['7'.repeat(100), undefined],
])('%p is %p', (header, ms) => {
  expect(retryAfterMs(header, wall)).toBe(ms);
});
