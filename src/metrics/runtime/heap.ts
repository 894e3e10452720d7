import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { type FamilyStore } from '../store';

/** The spaces of V8's heap, read at each scrape. */
export function addHeapMetrics(store: FamilyStore): void {
  const labels = ['v8js_heap_space_name'];
  const used = store.gauge({ name: 'v8js_memory_heap_used_bytes', help: 'Heap in use, in bytes.', labels });
  const limit = store.gauge({ name: 'v8js_memory_heap_limit_bytes', help: 'Heap reserved, in bytes.', labels });
  used.onCollect(() => {
    for (const space of getHeapSpaceStatistics()) {
      used.set({ v8js_heap_space_name: space.space_name }, space.space_used_size);
      limit.set({ v8js_heap_space_name: space.space_name }, space.space_size);
    }
  });
  store
    .gauge({ name: 'nodejs_heap_size_limit_bytes', help: 'What the whole heap may grow to, in bytes.' })
    .set(getHeapStatistics().heap_size_limit);
}
