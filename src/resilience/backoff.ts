import { numberWithin } from './option-checks';
import { longestDelayMs } from '../core';

/** How long to wait before an attempt is repeated. */
export interface BackoffOptions {
  /** The longest wait before the first retry, in milliseconds, 0 or more; it doubles with each further one. @default 100 */
  readonly initialMs?: number;
  /** No wait is longer, in milliseconds, at least `initialMs`. @default 5000 */
  readonly maxMs?: number;
}

/** The waits if nobody says otherwise. */
export const backoffDefaults: Readonly<Required<BackoffOptions>> = Object.freeze({ initialMs: 100, maxMs: 5000 });

/** @throws CONFIG_INVALID */
export function resolveBackoff(policy: string, given: BackoffOptions = {}): Required<BackoffOptions> {
  const { initialMs = backoffDefaults.initialMs, maxMs = Math.max(initialMs, backoffDefaults.maxMs) } = given;
  numberWithin(policy, 'backoff.initialMs', initialMs, 0, longestDelayMs);
  return { initialMs, maxMs: numberWithin(policy, 'backoff.maxMs', maxMs, initialMs, longestDelayMs) };
}

/**
 * Exponential backoff with full jitter: anything from 0 to the bound, which doubles with each retry. Callers that failed together do not return together, and
 * of the usual kinds of jitter this one makes the fewest calls: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param retry 1 before the first retry
 * @param random 0 to below 1
 * @returns milliseconds
 */
export function backoffMs({ initialMs, maxMs }: Required<BackoffOptions>, retry: number, random: number): number {
  return random * Math.min(maxMs, initialMs * 2 ** (retry - 1));
}
