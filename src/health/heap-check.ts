import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { type CheckFunction, systemClock } from '../core';
import { garbageCollector } from './garbage-collector';
import { misuse } from './options';

/** Options of {@link heapCheck}. */
export interface HeapCheckOptions {
  /** How much of the heap may be in use, above 0 to 1. @default 0.95 */
  maxRatio?: number;
  /**
   * Bytes at which V8 runs out of memory: what `--max-old-space-size` says. To be given where `--max-semi-space-size` is set as well.
   * @default V8's limit without what it keeps for young objects unless told otherwise
   */
  limitBytes?: number;
}

/**
 * A check that is DOWN while more of the heap is in use than `maxRatio`. What the garbage collector has not yet taken counts as used, so leave the failure
 * threshold above 1. V8 collects nothing while a process is idle, so the check has it collect once the heap is above `maxRatio` and moves no more: a
 * service that is sent no requests because of this check comes back. It is about this process alone: fit for the groups `readiness` and `liveness`.
 *
 * @throws KeelsonError CONFIG_INVALID
 */
export function heapCheck(options: HeapCheckOptions = {}): CheckFunction {
  const maxRatio = options.maxRatio ?? 0.95;
  if (!(maxRatio > 0 && maxRatio <= 1)) throw misuse(`maxRatio of heapCheck is above 0 and at most 1`);
  const limitBytes = options.limitBytes ?? oldLimit(getHeapStatistics().heap_size_limit, process.versions.v8);
  if (!(limitBytes > 0 && limitBytes < Infinity)) throw misuse(`limitBytes of heapCheck is a number of bytes above 0`);
  const heap: Heap = { used: oldBytes, collect: garbageCollector(), now: () => systemClock.now() };
  return watch(heap, limitBytes, maxRatio);
}

/** A heap as the check sees it. */
export interface Heap {
  /** Bytes in use. */
  used(): number;
  /** Frees what nobody uses any more; the process stands still meanwhile. */
  collect(): void;
  /** Milliseconds by a clock that does not jump. */
  now(): number;
}

/** A heap that has grown or shrunk by no more than this part of its limit since the last run is that of an idle process. */
const quietRatio = 0.01;
/** After a collection so many times what it took passes before the next: a tenth of the time at most is spent on it. */
const restFactor = 10;

/** The check itself. */
export function watch(heap: Heap, limitBytes: number, maxRatio: number): CheckFunction {
  let before = Infinity;
  let restUntil = 0;
  const collect = (): void => {
    const from = heap.now();
    heap.collect();
    const now = heap.now();
    restUntil = now + (now - from) * restFactor;
  };
  return () => {
    let usedBytes = heap.used();
    const isQuiet = Math.abs(usedBytes - before) <= limitBytes * quietRatio;
    if (usedBytes > limitBytes * maxRatio && isQuiet && heap.now() >= restUntil) {
      collect();
      usedBytes = heap.used();
    }
    before = usedBytes;
    const ratio = usedBytes / limitBytes;
    return { status: ratio > maxRatio ? 'DOWN' : 'UP', details: { usedBytes, limitBytes, ratio, maxRatio } };
  };
}

const megabyte = 1024 ** 2;

/**
 * The part of V8's limit that old objects may take: where it is full, the process dies. The rest is for young objects, three times the largest semi-space,
 * and never used up: of a heap of 128 MB it is a quarter of what V8 calls the limit, and more than half of it from V8 13 (Node.js 24) on.
 */
export function oldLimit(heapLimitBytes: number, v8Version: string): number {
  const semiSpaceBytes = (Number.parseInt(v8Version, 10) < 13 ? 16 : 64) * megabyte;
  // Semi-spaces that were set smaller leave more to old objects than this: a guess that errs on the safe side.
  return Math.max(heapLimitBytes - 3 * semiSpaceBytes, heapLimitBytes / 3);
}

/** Bytes of objects that have lived through a collection or two: young ones come and go. */
function oldBytes(): number {
  let bytes = 0;
  for (const space of getHeapSpaceStatistics()) {
    if (!space.space_name.startsWith('new_')) bytes += space.space_used_size;
  }
  return bytes;
}
