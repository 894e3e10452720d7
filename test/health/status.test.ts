import { isHealthStatus, isUp, worseStatus } from '../../src/health/status';

test('the worse of two is in the order DOWN, OUT_OF_SERVICE, UP, UNKNOWN', () => {
  const order = ['DOWN', 'OUT_OF_SERVICE', 'UP', 'UNKNOWN'] as const;
  order.forEach((worse, index) => {
    for (const better of order.slice(index)) {
      expect(worseStatus(worse, better)).toBe(worse);
      expect(worseStatus(better, worse)).toBe(worse);
    }
  });
});

test('DOWN and OUT_OF_SERVICE are answered with 503, the others with 200', () => {
  expect(isUp('UP')).toBe(true);
  expect(isUp('UNKNOWN')).toBe(true);
  expect(isUp('DOWN')).toBe(false);
  expect(isUp('OUT_OF_SERVICE')).toBe(false);
});

test('knows a status from other values', () => {
  expect(isHealthStatus('OUT_OF_SERVICE')).toBe(true);
  for (const other of ['up', '', 'constructor', 0, null, undefined, {}, ['UP']])
    expect(isHealthStatus(other)).toBe(false);
});
