import { paceMs } from '../../../src/discovery/eureka/pace';

test.each([
  [0, 0, 27_000],
  [0, 1, 30_000],
  [1, 0, 500],
  [1, 1, 1000],
  [2, 1, 2000],
  [5, 1, 16_000],
  [6, 1, 30_000],
  [6, 0, 15_000],
  [5000, 1, 30_000],
])('after %d failures, random %d: %d ms', (failures, random, ms) => {
  expect(paceMs(30_000, failures, random)).toBe(ms);
});

test('never later than a short interval', () => {
  expect(paceMs(200, 1, 1)).toBe(200);
});
