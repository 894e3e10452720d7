import { isKeelsonError } from '../core';

/** Nobody is there to take it yet; somebody may be in a minute. */
const notYet: ReadonlySet<string> = new Set(['PUBLISH_UNROUTABLE', 'PUBLISH_NO_EXCHANGE']);
/** Statuses below 500 by which the other side says: later. */
const later: ReadonlySet<unknown> = new Set([408, 425, 429]);

/**
 * Would handling the event again lead to the same failure? So it says of itself, by `retryable: false`.
 *
 * Errors of calls made by a handler say by it whether the *call* may be repeated blindly. Who handles an event must bear that it comes twice, so an outcome that
 * nobody knows, a server's own failure, or nobody to take a message, do not make the event hopeless.
 */
export function isHopeless(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('retryable' in error) || error.retryable !== false) return false;
  if (!isKeelsonError(error)) return true;
  const { code, details } = error;
  if (details['outcome'] === 'unknown' || notYet.has(code)) return false;
  const { status } = details;
  return code !== 'HTTP_STATUS' || !((typeof status === 'number' && status >= 500) || later.has(status));
}
