import { KeelsonError, longestDelayMs } from '../core';
import { type CircuitBreakerOptions, type RetryOptions } from '../resilience';

/** What a client does when it is not told otherwise; and how much it may take. Durations are milliseconds, sizes bytes. */
export interface ClientOptions {
  /** For a connection to be made, 1 or more. @default 1000 */
  readonly connectTimeoutMs?: number;
  /** For one attempt, its answer read whole; 1 or more. @default 3000 */
  readonly attemptTimeoutMs?: number;
  /** For the whole call with all its attempts, 1 or more. @default 10000 */
  readonly timeoutMs?: number;
  /** Largest answer, in bytes, 1 or more. @default 10485760 (10 MB) */
  readonly maxResponse?: number;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Which of the caller's baggage goes along: all, none or these keys. @default all to a service by name, none to a URL */
  readonly baggage?: 'all' | 'none' | readonly string[];
  /** How attempts are repeated; false: never. @default 3 attempts, 100 ms doubling up to 5 s with full jitter, at most 1.2 attempts a call and 10 a second */
  readonly retry?: Omit<RetryOptions, 'name' | 'meter'> | false;
  /** When calls are refused because others failed; false: never. @default half of at least 20 calls in 10 s, for 30 s */
  readonly breaker?: Omit<CircuitBreakerOptions, 'name' | 'meter' | 'log' | 'isFailure'> | false;
  /** How many attempts run at once, and how many wait for a place; false: any number. @default 256 at once, none waits */
  readonly bulkhead?: { readonly limit: number; readonly queue?: number; readonly queueTimeoutMs?: number } | false;
  /** Another attempt beside one of GET or HEAD that is slower than this. @default none */
  readonly hedge?: { readonly afterMs: number };
  /** What stands in for an answer when the call has failed. Not for ABORTED. @default none: the error is thrown */
  readonly fallback?: (error: unknown, request: { readonly method: string; readonly path: string }) => unknown;
  /** Connections to one instance at most, 1 or more; further attempts wait for one. @default 128 */
  readonly connections?: number;
  /** How long an idle connection is kept, 1000 or more; less than the other side keeps it. @default 4000 */
  readonly keepAliveMs?: number;
}

/** The numbers of a client, resolved. */
export interface ClientLimits {
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxResponse: number;
  readonly connections: number;
  readonly keepAliveMs: number;
}

/** A client if nobody says otherwise. */
export const clientDefaults: ClientLimits = Object.freeze({
  connectTimeoutMs: 1_000,
  attemptTimeoutMs: 3_000,
  timeoutMs: 10_000,
  maxResponse: 10 * 1_048_576,
  connections: 128,
  keepAliveMs: 4_000,
});

const ranges: readonly [keyof ClientLimits, number, number][] = [
  ['connectTimeoutMs', 1, longestDelayMs],
  ['attemptTimeoutMs', 1, longestDelayMs],
  ['timeoutMs', 1, longestDelayMs],
  ['maxResponse', 1, 2 ** 30],
  ['connections', 1, 10_000],
  ['keepAliveMs', 1_000, 600_000],
];

/**
 * Fills in the defaults and checks the ranges.
 *
 * @throws CONFIG_INVALID that names every wrong option
 */
export function resolveLimits(name: string, options: ClientOptions): ClientLimits {
  const limits = Object.fromEntries(ranges.map(([key]) => [key, options[key] ?? clientDefaults[key]]));
  const wrong = ranges
    .filter(([key, low, high]) => !(Number.isInteger(limits[key]) && limits[key]! >= low && limits[key]! <= high))
    .map(
      ([key, low, high]) =>
        `client ${name}: ${key} must be a whole number from ${low} to ${high}, not ${String(limits[key])}`,
    );
  if (wrong.length > 0) {
    throw new KeelsonError('CONFIG_INVALID', wrong.join('\n'), { retryable: false, details: { errors: wrong } });
  }
  return Object.freeze(limits) as unknown as ClientLimits;
}

/** Which keys of baggage may go along; undefined: all. */
export function baggageFilter(baggage: NonNullable<ClientOptions['baggage']>): ((key: string) => boolean) | undefined {
  if (baggage === 'all') return undefined;
  const allowed = new Set(baggage === 'none' ? [] : baggage);
  return (key) => allowed.has(key);
}
