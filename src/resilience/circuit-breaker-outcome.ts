import { isKeelsonError } from '../core';
import { type Call } from './call';

/** What became of a call, as a breaker sees it. `ignored` says nothing about the dependency. */
export type Outcome = 'success' | 'slow' | 'failure' | 'ignored';

/** These come from the calling side, or from a call that was cut short: the dependency had no chance to be well. */
const neverCounted: ReadonlySet<string> = new Set(['ABORTED', 'DEADLINE_EXCEEDED', 'BULKHEAD_FULL', 'RATE_LIMITED']);

/** What an error counts as unless the user has a rule: a caller's own mistake is no failure of the dependency. */
export function countsByDefault(error: unknown): boolean {
  return !(isKeelsonError(error) && error.status < 500);
}

/** A call that was given up from outside: only a time limit says something about the dependency. */
export function outcomeOfGivenUp(reason: unknown): Outcome {
  return isKeelsonError(reason, 'TIMEOUT') ? 'failure' : 'ignored';
}

/** A call that rejected. A rule that throws counts as one that says yes. */
export function outcomeOfError(call: Call, error: unknown, isFailure: (error: unknown) => boolean): Outcome {
  if (call.aborted) return outcomeOfGivenUp(call.reason);
  if (isKeelsonError(error) && neverCounted.has(error.code)) return 'ignored';
  try {
    return isFailure(error) ? 'failure' : 'ignored';
  } catch {
    return 'failure';
  }
}

/** A call that was answered, though maybe late. */
export function outcomeOfAnswer(call: Call, beganAt: number, slowCallMs: number | undefined): Outcome {
  if (call.aborted) return outcomeOfGivenUp(call.reason);
  return slowCallMs !== undefined && call.clock.now() - beganAt > slowCallMs ? 'slow' : 'success';
}
