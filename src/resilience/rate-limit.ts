import { createHash } from 'node:crypto';
import { KeelsonError } from '../core';
import { integerWithin, numberWithin } from './option-checks';
import { type Policy } from './policy';
import { type BucketRate, TokenBucket } from './token-bucket';

/** What a rate limit is made from. */
export interface RateLimitOptions {
  /** Calls in a second that a key may make in the long run, 0.001 to 1,000,000. */
  readonly perSecond: number;
  /** Calls that it may make at once after a pause, 1 to 1,000,000. @default `perSecond`, rounded up */
  readonly burst?: number;
  /**
   * How many keys are remembered, 1 to 10,000,000. While there are more, the keys that came last share one limit; a key that is remembered is never forgotten
   * before it is where a new one would begin. @default 100000
   */
  readonly maxKeys?: number;
}

/** How many keys a rate limit remembers if nobody says otherwise. */
export const rateLimitDefaults = Object.freeze({ maxKeys: 100_000 });

/** A longer key is kept as its hash, so that nobody fills the memory with keys. */
const longestKey = 64;

/**
 * Rejects what comes too often: for each `key` of the calls, within any time t at most `burst + perSecond * t + 1` calls go through. Calls without a key
 * are all alike.
 *
 * @throws RATE_LIMITED (retryable); its detail `retryAfterMs` says when a call will go through, if nobody else takes it
 */
export function rateLimit(options: RateLimitOptions): Policy {
  const perSecond = numberWithin('rateLimit', 'perSecond', options.perSecond, 0.001, 1_000_000);
  const burst = integerWithin('rateLimit', 'burst', options.burst ?? Math.ceil(perSecond), 1, 1_000_000);
  const maxKeys = integerWithin('rateLimit', 'maxKeys', options.maxKeys ?? rateLimitDefaults.maxKeys, 1, 10_000_000);
  const buckets = new Buckets({ burst, perMs: perSecond / 1000 }, maxKeys);
  return (call, next) => {
    const waitMs = buckets.take(call.key, call.clock.now());
    if (waitMs === 0) return next(call);
    const details = { retryAfterMs: Math.ceil(waitMs) };
    return Promise.reject(
      new KeelsonError('RATE_LIMITED', 'There were too many calls in this time.', { retryable: true, details }),
    );
  };
}

/**
 * A bucket for each key. One that nobody asked for in the time in which it fills is full, so it holds nothing against its key: the buckets are kept in
 * two generations, and each time that long has passed the older one is dropped whole. So nothing is searched, and no timer runs.
 */
class Buckets {
  readonly #rate: BucketRate;
  readonly #maxKeys: number;
  readonly #fillMs: number;
  #young = new Map<string, TokenBucket>();
  #old = new Map<string, TokenBucket>();
  #turnedAt: number | undefined;
  #keyless: TokenBucket | undefined;
  #shared: TokenBucket | undefined;

  constructor(rate: BucketRate, maxKeys: number) {
    this.#rate = rate;
    this.#maxKeys = maxKeys;
    this.#fillMs = rate.burst / rate.perMs;
  }

  take(key: string | undefined, now: number): number {
    return this.#bucketOf(key, now).take(this.#rate, now);
  }

  #bucketOf(key: string | undefined, now: number): TokenBucket {
    if (key === undefined) return (this.#keyless ??= new TokenBucket(this.#rate, now));
    this.#turn(now);
    const kept = key.length <= longestKey ? key : hashed(key);
    const young = this.#young.get(kept);
    if (young !== undefined) return young;
    const old = this.#old.get(kept);
    if (old !== undefined) this.#old.delete(kept);
    else if (this.#young.size + this.#old.size >= this.#maxKeys) {
      return (this.#shared ??= new TokenBucket(this.#rate, now));
    }
    const bucket = old ?? new TokenBucket(this.#rate, now);
    this.#young.set(kept, bucket);
    return bucket;
  }

  #turn(now: number): void {
    this.#turnedAt ??= now;
    const passed = now - this.#turnedAt;
    if (passed < this.#fillMs) return;
    this.#old = passed < 2 * this.#fillMs ? this.#young : new Map<string, TokenBucket>();
    this.#young = new Map();
    this.#turnedAt = now;
  }
}

/** With its mark it is longer than any key that is kept as it is, so nobody can name it. */
function hashed(key: string): string {
  return `#${createHash('sha256').update(key).digest('hex')}`;
}
