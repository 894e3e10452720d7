import { heapCheck } from '../../src/health';

const signal = new AbortController().signal;

test('measures the heap of this process', async () => {
  const result = await heapCheck()(signal);
  expect(result).toMatchObject({ status: 'UP', details: { maxRatio: 0.95 } });
  const { usedBytes, limitBytes, ratio } = (result as { details: Record<string, number> }).details;
  expect(usedBytes).toBeGreaterThan(1_000_000);
  expect(limitBytes).toBeGreaterThan(usedBytes ?? 0);
  expect(ratio).toBeCloseTo((usedBytes ?? 0) / (limitBytes ?? 1), 10);
});

test('is DOWN above the ratio', async () => {
  expect(await heapCheck({ maxRatio: 0.000_001 })(signal)).toMatchObject({ status: 'DOWN' });
});

test.each([0, -1, 1.01, Number.NaN])('refuses the ratio %p', (maxRatio) => {
  expect(() => heapCheck({ maxRatio })).toThrow('maxRatio');
});
