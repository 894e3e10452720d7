import { type Clock } from '../core';

/**
 * How long the other side wants to be left alone, as an error says it: `details.retryAfterMs` is a duration in milliseconds, `details.retryAt` a moment in milliseconds
 * since the epoch by the wall clock. What is no such number (garbage, negative, endless) is ignored.
 *
 * @returns milliseconds from now, 0 or more; undefined when the error does not say
 */
export function retryAfterMs(error: unknown, clock: Clock): number | undefined {
  const details = member(error, 'details');
  const duration = member(details, 'retryAfterMs');
  if (isTime(duration)) return duration;
  const moment = member(details, 'retryAt');
  return isTime(moment) ? Math.max(0, moment - clock.wall()) : undefined;
}

/**
 * May the same call be tried again at once or soon, by what the error says of itself? Not while a circuit breaker is open: it may be right for a later call, but
 * waiting for it is what the breaker is there to spare.
 */
export function isRetryable(error: unknown): boolean {
  return member(error, 'retryable') === true && member(error, 'code') !== 'BREAKER_OPEN';
}

function member(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return (object as Readonly<Record<string, unknown>>)[name];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
