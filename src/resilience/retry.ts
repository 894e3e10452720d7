import { longestDelayMs, type CounterSeries } from '../core';
import { backoffMs, resolveBackoff, type BackoffOptions } from './backoff';
import { type Call } from './call';
import { judged } from './caused-by';
import { namedCounter, outcomeCounters, type NamedOptions } from './named';
import { functionOr, integerWithin, numberWithin } from './option-checks';
import { pause } from './pause';
import { type Policy } from './policy';
import { isRetryable, retryAfterMs } from './retry-after';
import { budgetOr, retryBudget, type RetryBudget } from './retry-budget';

/** Options of {@link retry}. */
export interface RetryOptions extends NamedOptions {
  /** How often the work is run at most, the first time included; 1 to 100. @default 3 */
  readonly attempts?: number;
  /** The waits between attempts. @default up to 100 ms, doubling, up to 5000 ms */
  readonly backoff?: BackoffOptions;
  /** What bounds the retries of all who share it. @default one of this policy's own: a fifth of the calls, and 10 a second */
  readonly budget?: RetryBudget;
  /** Is this error worth another attempt? It replaces the default, so it also decides what is safe to repeat. @default `error.retryable === true`, but for BREAKER_OPEN */
  readonly retryIf?: (error: unknown, failed: FailedAttempt) => boolean;
  /** An answer that asks for a longer pause (Retry-After) is not waited for, in milliseconds: the call fails at once. @default 30000 */
  readonly maxRetryAfterMs?: number;
  /** Gives 0 to below 1, for the jitter; for tests. @default Math.random */
  readonly random?: () => number;
}

/** What `retryIf` is told of the attempt that failed. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
}

/** Retries if nobody says otherwise. */
export const retryDefaults = Object.freeze({ attempts: 3, maxRetryAfterMs: 30_000 });

/**
 * Runs the work again when it failed and the error says that this is safe and may help. Each attempt has a signal of its own, which aborts when the attempt has failed.
 * Between attempts it waits, by exponential backoff with full jitter and at least as long as the error asks for (`details.retryAfterMs`).
 * It rejects with the last error, and does so at once when the wait would not end before the call's deadline or the budget is spent.
 *
 * @throws CONFIG_INVALID when an option is invalid
 */
export function retry(options: RetryOptions = {}): Policy {
  const rules = new RetryRules(options);
  return async <T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> => {
    // A further attempt, made by a retry or a hedge around this one, is no new call.
    if (call.attempt === 1) rules.budget.earn(call.clock.now());
    for (let made = 1; ; made += 1) {
      const part = call.part(call.attempt + made - 1);
      let value: T;
      try {
        value = await next(part);
      } catch (error) {
        part.abort(error);
        part.end();
        await rules.beforeNext(call, error, made);
        continue;
      }
      part.end();
      rules.attempts.success.inc();
      return value;
    }
  };
}

/** What one retry policy goes by. */
class RetryRules {
  readonly budget: RetryBudget;
  readonly attempts: Readonly<Record<'success' | 'retried' | 'failed', CounterSeries>>;
  readonly #most: number;
  readonly #backoff: Required<BackoffOptions>;
  readonly #maxRetryAfterMs: number;
  readonly #retryIf: NonNullable<RetryOptions['retryIf']>;
  readonly #random: () => number;
  readonly #exhausted: CounterSeries;

  constructor(options: RetryOptions) {
    const { attempts = retryDefaults.attempts, maxRetryAfterMs = retryDefaults.maxRetryAfterMs } = options;
    this.#most = integerWithin('retry', 'attempts', attempts, 1, 100);
    this.#maxRetryAfterMs = numberWithin('retry', 'maxRetryAfterMs', maxRetryAfterMs, 0, longestDelayMs);
    this.#backoff = resolveBackoff('retry', options.backoff);
    this.#retryIf = functionOr('retry', 'retryIf', options.retryIf, isRetryable);
    this.#random = functionOr('retry', 'random', options.random, Math.random);
    this.budget = budgetOr('retry', options.budget) ?? retryBudget();
    this.attempts = outcomeCounters('retry', options, attemptsMetric, ['success', 'retried', 'failed']);
    this.#exhausted = namedCounter('retry', options, exhaustedMetric);
  }

  /** Waits for the next attempt. @throws the error when there is none */
  async beforeNext(call: Call, error: unknown, made: number): Promise<void> {
    const wait = this.#wait(call, error, made);
    (wait === undefined ? this.attempts.failed : this.attempts.retried).inc();
    if (wait === undefined) throw error;
    if (wait > 0) await pause(call, wait);
    if (call.aborted) throw error;
  }

  /** How long to wait, in milliseconds; undefined: it was the last attempt. The budget is asked last, because asking spends. */
  #wait(call: Call, error: unknown, made: number): number | undefined {
    if (made >= this.#most || call.aborted || !judged(this.#retryIf, error, { attempt: made })) return undefined;
    const asked = retryAfterMs(error, call.clock) ?? 0;
    const wait = Math.max(asked, backoffMs(this.#backoff, made, this.#random()));
    const now = call.clock.now();
    if (asked > this.#maxRetryAfterMs || (call.deadline !== undefined && now + wait >= call.deadline)) return undefined;
    if (this.budget.take(now)) return wait;
    this.#exhausted.inc();
    return undefined;
  }
}

const attemptsMetric = {
  name: 'keelson_retry_attempts_total',
  help: 'Attempts by how they ended: success, retried (failed, another one followed), failed (no other one followed).',
};
const exhaustedMetric = {
  name: 'keelson_retry_budget_exhausted_total',
  help: 'Retries that were not made because the budget was spent.',
};
