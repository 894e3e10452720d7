import { getHeapStatistics } from 'node:v8';
import { type CheckFunction } from '../../src/core';
import { heapCheck } from '../../src/health';
import { oldLimit, watch, type Heap } from '../../src/health/heap-check';

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

describe('garbage in an idle process', () => {
  /** A heap with a limit of 1000 bytes, in which a collection takes 10 ms. */
  class FakeHeap implements Heap {
    bytes = 0;
    live = 0;
    time = 0;
    collections = 0;
    used = (): number => this.bytes;
    now = (): number => this.time;
    collect = (): void => {
      this.collections += 1;
      this.time += 10;
      this.bytes = this.live;
    };
  }

  let heap: FakeHeap;
  let check: CheckFunction;

  beforeEach(() => {
    heap = new FakeHeap();
    check = watch(heap, 1000, 0.8);
  });

  test('is collected once the heap is too full and moves no more', async () => {
    heap.bytes = 700;
    expect(await check(signal)).toMatchObject({ status: 'UP' });
    heap.bytes = 900;
    expect(await check(signal)).toMatchObject({ status: 'DOWN' });
    heap.bytes = 950;
    expect(await check(signal)).toMatchObject({ status: 'DOWN' });
    expect(heap.collections).toBe(0);
    heap.bytes = 955;
    expect(await check(signal)).toMatchObject({ status: 'UP', details: { usedBytes: 0 } });
    expect(heap.collections).toBe(1);
  });

  test('is looked for again only after ten times as long when there was none', async () => {
    heap.bytes = heap.live = 900;
    for (let i = 0; i < 5; i++) expect(await check(signal)).toMatchObject({ status: 'DOWN' });
    expect(heap.collections).toBe(1);
    heap.time += 99;
    await check(signal);
    expect(heap.collections).toBe(1);
    heap.time += 1;
    heap.live = 100;
    expect(await check(signal)).toMatchObject({ status: 'UP' });
    expect(heap.collections).toBe(2);
  });

  test('is left alone while the heap is not too full', async () => {
    heap.bytes = 800;
    for (let i = 0; i < 5; i++) expect(await check(signal)).toMatchObject({ status: 'UP' });
    expect(heap.collections).toBe(0);
  });
});
