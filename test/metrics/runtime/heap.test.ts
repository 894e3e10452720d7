import { getHeapStatistics } from 'node:v8';
import { addHeapMetrics } from '../../../src/metrics/runtime/heap';
import { newStore } from '../fixtures';

test('shows each space of the heap', () => {
  const { store } = newStore(undefined, 100);
  addHeapMetrics(store);
  const labels = ['v8js_heap_space_name'];
  const used = store.gauge({ name: 'v8js_memory_heap_used_bytes', help: 'h', labels });
  const limit = store.gauge({ name: 'v8js_memory_heap_limit_bytes', help: 'h', labels });
  void used.refresh();
  const old = { v8js_heap_space_name: 'old_space' };
  expect(used.labels(old).value).toBeGreaterThan(1e5);
  expect(limit.labels(old).value).toBeGreaterThanOrEqual(used.labels(old).value);
  expect(used.size).toBeGreaterThan(4);
});

test('shows what the heap may grow to', () => {
  const { store } = newStore(undefined, 100);
  addHeapMetrics(store);
  const limit = store.gauge({ name: 'nodejs_heap_size_limit_bytes', help: 'h' });
  expect(limit.labels({}).value).toBe(getHeapStatistics().heap_size_limit);
});
