import { type Clock } from '../../core';

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
    if (at <= now || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', over);
        resolve();
      };
      const timer = this.#clock.after(at - now, over);
      signal.addEventListener('abort', over, { once: true });
    });
  }
}
