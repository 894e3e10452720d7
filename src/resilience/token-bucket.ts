/** How a bucket fills. */
export interface BucketRate {
  /** How many tokens may be taken at once, 1 or more. */
  readonly burst: number;
  /** Tokens that are added in a millisecond. */
  readonly perMs: number;
}

/** Less than a whole token: what has grown of the next one while the bucket was full is kept, so that a call which comes a little late loses nothing. */
const nearlyOne = 0.999;

/**
 * Holds tokens; a call takes one. At first it has `burst`, and no more than that are ever taken at once. Only what was added since the last call is
 * calculated, by the difference of two times: so no rounding adds up, however large the numbers of the clock and however high the rate.
 */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor({ burst }: BucketRate, now: number) {
    this.#tokens = burst;
    this.#at = now;
  }

  /** @returns 0 if a token was there and is taken; otherwise the time until one will be, in milliseconds */
  take({ burst, perMs }: BucketRate, now: number): number {
    if (now > this.#at) {
      this.#tokens = Math.min(burst + nearlyOne, this.#tokens + (now - this.#at) * perMs);
      this.#at = now;
    }
    if (this.#tokens < 1) return (1 - this.#tokens) / perMs;
    this.#tokens -= 1;
    return 0;
  }
}
