import { getHeapStatistics } from 'node:v8';
import { type CheckFunction } from '../core';
import { misuse } from './options';

/** Options of {@link heapCheck}. */
export interface HeapCheckOptions {
  /** How much of V8's heap limit may be in use, above 0 to 1. @default 0.95 */
  maxRatio?: number;
}

/**
 * A check that is DOWN while more of the heap is in use than `maxRatio`. What the garbage collector has not yet taken counts as used, so leave the failure
 * threshold above 1. It is about this process alone: fit for the group `liveness`.
 *
 * @throws KeelsonError CONFIG_INVALID
 */
export function heapCheck(options: HeapCheckOptions = {}): CheckFunction {
  const maxRatio = options.maxRatio ?? 0.95;
  if (!(maxRatio > 0 && maxRatio <= 1)) throw misuse(`maxRatio of heapCheck is above 0 and at most 1`);
  return () => {
    const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
    const ratio = usedBytes / limitBytes;
    return { status: ratio > maxRatio ? 'DOWN' : 'UP', details: { usedBytes, limitBytes, ratio, maxRatio } };
  };
}
