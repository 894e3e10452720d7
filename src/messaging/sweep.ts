import { type Clock, type Timer } from '../core';

/** One timer for the limits of many: calls `look` when the earliest falls due. */
export class Sweep {
  readonly #clock: Clock;
  readonly #look: (now: number) => number;
  #timer: Timer | undefined;
  #at = Infinity;

  /** @param look settles what is due and returns when the next one is, Infinity if there is none */
  constructor(clock: Clock, look: (now: number) => number) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Something falls due at `at`, by the clock that does not jump. */
  watch(at: number): void {
    if (at >= this.#at) return;
    this.#timer?.cancel();
    this.#at = at;
    this.#timer = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#at = Infinity;
      this.#timer = undefined;
      // A timer may be early by a fraction; and nothing is due twice in a millisecond.
      const next = this.#look(this.#clock.now());
      if (next !== Infinity) this.watch(Math.max(next, this.#clock.now() + 1));
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#at = Infinity;
  }
}
