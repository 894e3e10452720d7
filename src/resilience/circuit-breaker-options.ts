import { type Logger, type Meter, noopLogger, noopMeter } from '../core';
import { functionOr, integerWithin, numberWithin, positiveMs, textOf } from './option-checks';
import { countsByDefault } from './circuit-breaker-outcome';

/** What a circuit breaker is made from. */
export interface CircuitBreakerOptions {
  /** Names it in errors, log lines and metrics; each breaker of a service has its own. */
  readonly name: string;
  /** The share of calls in the window that must have failed for it to open, 0.01 to 1. @default 0.5 */
  readonly threshold?: number;
  /** With fewer calls in the window it does not open, 1 or more. @default 20 */
  readonly minimumCalls?: number;
  /** For how long a call counts, in milliseconds, 10 or more. It moves in ten steps, so a call counts for nine tenths of it at least. @default 10000 */
  readonly windowMs?: number;
  /** How long it stays open before one call may try, in milliseconds, 1 or more. @default 30000 */
  readonly openMs?: number;
  /** A call that succeeds but takes longer counts as a failure, in milliseconds, 1 or more. @default how long a call takes does not matter */
  readonly slowCallMs?: number;
  /**
   * With this, slow calls are counted apart from failures: it opens also when their share of the window is as large, 0.01 to 1. Needs `slowCallMs`.
   * @default slow calls count as failures
   */
  readonly slowCallRate?: number;
  /**
   * Does this error say that the dependency is ill? Asked about every error but ABORTED, DEADLINE_EXCEEDED, BULKHEAD_FULL and RATE_LIMITED, which never count.
   * An error that does not count is neither failure nor success. @default all but a KeelsonError with a status from 400 to 499
   */
  readonly isFailure?: (error: unknown) => boolean;
  /** Gets a line for each change of state. @default none */
  readonly log?: Logger;
  /** Gets the state, its changes and the outcomes of calls. @default none */
  readonly meter?: Meter;
}

/** The options with all gaps filled. */
export interface ResolvedBreaker {
  readonly name: string;
  readonly threshold: number;
  readonly minimumCalls: number;
  readonly windowMs: number;
  readonly openMs: number;
  readonly slowCallMs: number | undefined;
  readonly slowCallRate: number | undefined;
  readonly isFailure: (error: unknown) => boolean;
  readonly log: Logger;
  readonly meter: Meter;
}

/** How a circuit breaker is if nobody says otherwise. */
export const circuitBreakerDefaults = Object.freeze({
  threshold: 0.5,
  minimumCalls: 20,
  windowMs: 10_000,
  openMs: 30_000,
});

const policy = 'circuitBreaker';

/** @throws CONFIG_INVALID when an option is not what it must be */
export function resolveBreaker(options: CircuitBreakerOptions): ResolvedBreaker {
  const given = { ...circuitBreakerDefaults, ...withoutGaps(options) };
  if (given.slowCallRate !== undefined && given.slowCallMs === undefined) {
    positiveMs(policy, 'slowCallMs (slowCallRate needs it)', given.slowCallMs);
  }
  return Object.freeze({
    name: textOf(policy, 'name', given.name),
    threshold: numberWithin(policy, 'threshold', given.threshold, 0.01, 1),
    minimumCalls: integerWithin(policy, 'minimumCalls', given.minimumCalls, 1),
    windowMs: numberWithin(policy, 'windowMs', given.windowMs, 10),
    openMs: numberWithin(policy, 'openMs', given.openMs, 1),
    slowCallMs: given.slowCallMs === undefined ? undefined : positiveMs(policy, 'slowCallMs', given.slowCallMs),
    slowCallRate:
      given.slowCallRate === undefined ? undefined : numberWithin(policy, 'slowCallRate', given.slowCallRate, 0.01, 1),
    isFailure: functionOr(policy, 'isFailure', given.isFailure, countsByDefault),
    log: given.log ?? noopLogger,
    meter: given.meter ?? noopMeter,
  });
}

/** An option that is there but undefined counts as not given. */
function withoutGaps<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
