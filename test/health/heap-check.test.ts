import { getHeapStatistics } from 'node:v8';
import { heapCheck } from '../../src/health';
import { oldLimit } from '../../src/health/heap-check';

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

test('young objects, which V8 keeps room for beside the limit at which it dies, do not count', async () => {
  const result = await heapCheck()(signal);
  const { usedBytes, limitBytes } = (result as { details: Record<string, number> }).details;
  const { used_heap_size: allUsed, heap_size_limit: allLimit } = getHeapStatistics();
  expect(usedBytes).toBeLessThan(allUsed);
  expect(limitBytes).toBeLessThan(allLimit);
});

test.each([
  ['12.4.254.21-node.33', 176, 128],
  ['11.3.244.8-node.33', 4144, 4096],
  ['13.6.233.10-node.26', 320, 128],
  ['13.6.233.10-node.26', 4288, 4096],
  ['12.4.254.21-node.33', 60, 20],
])('V8 %s with a limit of %d MB dies at %d MB of old objects', (version, limit, old) => {
  expect(oldLimit(limit * 1024 ** 2, version)).toBe(old * 1024 ** 2);
});

test('the limit can be given', async () => {
  const result = await heapCheck({ limitBytes: 1024 })(signal);
  expect(result).toMatchObject({ status: 'DOWN', details: { limitBytes: 1024 } });
  expect(() => heapCheck({ limitBytes: 0 })).toThrow('limitBytes');
  expect(() => heapCheck({ limitBytes: Infinity })).toThrow('limitBytes');
});

test.each([0, -1, 1.01, Number.NaN])('refuses the ratio %p', (maxRatio) => {
  expect(() => heapCheck({ maxRatio })).toThrow('maxRatio');
});
