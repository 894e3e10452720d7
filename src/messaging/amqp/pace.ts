import { rest, type Clock } from '../../core';

/** How far behind it may be and make up for it, in ms: timers are late by a few. */
const lateMs = 20;

/** Lets through so many a second, evenly. */
export class Pace {
  readonly #clock: Clock;
  readonly #everyMs: number;
  #next: number;

  /** @param perSecond Infinity: all at once */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#everyMs = 1_000 / perSecond;
    this.#next = clock.now();
  }

  /** Resolves when it is the next one's turn; at once when the signal aborts. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(this.#next, now - lateMs);
    this.#next = at + this.#everyMs;
    await rest(this.#clock, at - now, signal);
  }
}
