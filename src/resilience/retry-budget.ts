import { KeelsonError } from '../core';
import { numberWithin, positiveMs } from './option-checks';

/** Options of {@link retryBudget}. */
export interface RetryBudgetOptions {
  /** How many retries each call pays for, 0 to 10: with 0.2, five calls pay for one. @default 0.2 */
  readonly ratio?: number;
  /** How many retries a second are free, so that those who call seldom may retry too; 0 or more. @default 10 */
  readonly perSecond?: number;
  /** How long what was not spent is kept, in milliseconds, 1 or more: after as long, about a third of it is left. @default 10000 */
  readonly ttlMs?: number;
}

/** What bounds the retries of all who share it. Times are milliseconds by `clock.now()`, and never go back. */
export interface RetryBudget {
  /** A call begins: it pays in. */
  earn(now: number): void;
  /** Takes the price of one retry. @returns false: there is not enough left, do not retry */
  take(now: number): boolean;
}

/** A budget if nobody says otherwise. */
export const retryBudgetDefaults: Readonly<Required<RetryBudgetOptions>> = Object.freeze({
  ratio: 0.2,
  perSecond: 10,
  ttlMs: 10_000,
});

/**
 * A token bucket that keeps retries from making an outage worse. Each call pays in `ratio`, each second `perSecond`, each retry takes 1. So over a long time there are
 * at most ratio * calls + perSecond * seconds retries, whoever shares it and whatever fails; what was saved before adds no more than ttl's worth of it. It begins
 * with what its first second brings.
 *
 * @throws CONFIG_INVALID
 */
export function retryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  const { ratio = retryBudgetDefaults.ratio, perSecond = retryBudgetDefaults.perSecond } = options;
  return new TokenBucket(
    numberWithin('retryBudget', 'ratio', ratio, 0, 10),
    numberWithin('retryBudget', 'perSecond', perSecond, 0),
    positiveMs('retryBudget', 'ttlMs', options.ttlMs ?? retryBudgetDefaults.ttlMs),
  );
}

/** A budget that may be given. @throws CONFIG_INVALID when it is something else */
export function budgetOr(policy: string, given: RetryBudget | undefined): RetryBudget | undefined {
  if (given === undefined) return undefined;
  if (typeof given?.earn === 'function' && typeof given.take === 'function') return given;
  throw new KeelsonError('CONFIG_INVALID', `${policy}: budget must be made by retryBudget(), not ${typeof given}.`, {
    retryable: false,
  });
}

class TokenBucket implements RetryBudget {
  readonly #ratio: number;
  readonly #ttlMs: number;
  /** What an idle budget comes to rest at. */
  readonly #rest: number;
  #tokens: number;
  #at: number | undefined;

  constructor(ratio: number, perSecond: number, ttlMs: number) {
    this.#ratio = ratio;
    this.#ttlMs = ttlMs;
    this.#rest = (perSecond / 1000) * ttlMs;
    this.#tokens = perSecond;
  }

  earn(now: number): void {
    this.#pass(now);
    this.#tokens += this.#ratio;
  }

  take(now: number): boolean {
    this.#pass(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /**
   * What lies there fades by the time constant ttl while a steady stream comes in: both together have a closed form, so one number is all that needs to be
   * remembered.
   */
  #pass(now: number): void {
    // What it begins with is what the first second brings, so that one brings nothing more.
    this.#at ??= now + 1000;
    if (now <= this.#at) return;
    this.#tokens = this.#rest + (this.#tokens - this.#rest) * Math.exp((this.#at - now) / this.#ttlMs);
    this.#at = now;
  }
}
