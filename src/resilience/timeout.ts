import { KeelsonError } from '../core';
import { deadlineExceeded, limited } from './limited';
import { LimitLine } from './limit-line';
import { positiveMs } from './option-checks';
import { type Policy } from './policy';

/** Options of {@link timeout}. */
export interface TimeoutOptions {
  /** How long the work may take, in milliseconds, 1 or more. */
  readonly ms: number;
}

/**
 * Gives up what takes too long: the work's signal aborts and the call rejects, whether the work listens or not. What is left of the call's deadline counts
 * where it is less.
 *
 * @throws TIMEOUT (retryable) when `ms` have passed, DEADLINE_EXCEEDED (not retryable) when the call's deadline came first
 */
export function timeout(options: TimeoutOptions): Policy {
  const ms = positiveMs('timeout', 'ms', options.ms);
  const tooLong = (): KeelsonError =>
    new KeelsonError('TIMEOUT', `The call took longer than ${ms} ms.`, { retryable: true });
  let line: LimitLine | undefined;
  return (call, next) => {
    const now = call.clock.now();
    const left = call.deadline === undefined ? Infinity : call.deadline - now;
    if (left <= 0) return Promise.reject(deadlineExceeded());
    if (left < ms) return limited(call.part(), left, next, deadlineExceeded);
    // What is within must know when it ends: a retry that waits longer, or a request that says how long it may take, would be wrong otherwise.
    // One policy may serve pipelines of several clocks, though hardly ever does.
    if (line?.clock !== call.clock) line = new LimitLine(call.clock, ms);
    return limited(call.part(call.attempt, now + ms), ms, next, tooLong, line);
  };
}
