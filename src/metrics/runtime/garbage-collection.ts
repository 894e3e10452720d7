import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { type HistogramFamily } from '../histogram';
import { type FamilyStore } from '../store';

/** By the semantic conventions' names. V8's second young-generation collector has no constant in Node.js. */
const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [2, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** How long garbage collections took. */
export class GarbageCollection {
  readonly #duration: HistogramFamily;
  #observer: PerformanceObserver | undefined;

  constructor(store: FamilyStore) {
    this.#duration = store.histogram({
      name: 'v8js_gc_duration_seconds',
      help: 'How long garbage collections took, in seconds.',
      labels: ['v8js_gc_type'],
      buckets: [0.001, 0.01, 0.1, 1, 10],
    });
  }

  start(): void {
    if (this.#observer !== undefined) return;
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#record(entry);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  #record(entry: PerformanceEntry): void {
    const detail: unknown = 'detail' in entry ? entry.detail : undefined;
    const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
    this.#duration.observe({ v8js_gc_type: kinds.get(kind) ?? 'other' }, entry.duration / 1000);
  }
}
