import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { type CheckFunction } from '../core';
import { misuse } from './options';

/** Options of {@link eventLoopCheck}. */
export interface EventLoopCheckOptions {
  /** Which part of the time between two runs the event loop may have been busy, above 0 to 1. At 1 it is never DOWN. @default 0.99 */
  maxUtilization?: number;
}

/**
 * A check that is DOWN while the event loop has no time left: it was busier than `maxUtilization` since the run before. The first run only takes the
 * measure's beginning, and is UP: starting a service is busy work. Make one for each check: it remembers.
 *
 * @throws KeelsonError CONFIG_INVALID
 */
export function eventLoopCheck(options: EventLoopCheckOptions = {}): CheckFunction {
  const maxUtilization = options.maxUtilization ?? 0.99;
  if (!(maxUtilization > 0 && maxUtilization <= 1)) {
    throw misuse(`maxUtilization of eventLoopCheck is above 0 and at most 1`);
  }
  let before: EventLoopUtilization | undefined;
  return () => {
    const now = performance.eventLoopUtilization();
    const since = before === undefined ? undefined : performance.eventLoopUtilization(now, before);
    before = now;
    if (since === undefined) return;
    const { utilization } = since;
    return { status: utilization > maxUtilization ? 'DOWN' : 'UP', details: { utilization, maxUtilization } };
  };
}
