import { type Clock } from '../core';

/** A wall clock that is off by more than this, in milliseconds, was set; less is the resolution and the time between two readings. */
const toleranceMs = 100;

/**
 * The time of day for spans. It runs steadily, so that durations are true, and follows the wall clock where that was set or the machine was asleep:
 * else the spans of a process would be beside those of all others from then on, and beside times that its own code gives.
 */
export class SpanTime {
  readonly #clock: Clock;
  #shift = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the time of day is ahead of {@link SpanTime.steady}. A span keeps the one that it began with. */
  shift(): number {
    const shift = this.#clock.wall() - this.#clock.now();
    if (Math.abs(shift - this.#shift) > toleranceMs) this.#shift = shift;
    return this.#shift;
  }

  /** Milliseconds by the clock that never jumps. */
  steady(): number {
    return this.#clock.now();
  }
}
