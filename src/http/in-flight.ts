import { type Clock, type Timer } from '../core';

/** What the collection needs of a request being handled. */
export interface InFlightWork {
  /** When it is to be given up, by clock.now(); Infinity: never. */
  readonly expiresAt: number;
  /** Called once the moment has passed. */
  expire(): void;
  /** Called at each sweep: notices a client that has gone or does not read. */
  check(now: number): void;
}

/** Deadlines are kept to within this many milliseconds. */
const sweepMs = 25;

/**
 * The requests being handled: counted against a limit, and swept for deadlines and stalled readers by one timer that runs only
 * while there is something to watch. A timer per request would cost more than all else that is done here.
 */
export class InFlight<W extends InFlightWork> implements Iterable<W> {
  readonly #work = new Set<W>();
  readonly #limit: number;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get size(): number {
    return this.#work.size;
  }

  get full(): boolean {
    return this.#work.size >= this.#limit;
  }

  add(work: W): void {
    this.#work.add(work);
    this.#timer ??= this.#clock.after(sweepMs, this.#sweep);
  }

  delete(work: W): void {
    this.#work.delete(work);
  }

  [Symbol.iterator](): IterableIterator<W> {
    return this.#work.values();
  }

  /** Stops the timer, for good measure when the server has closed. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const work of this.#work) {
      if (work.expiresAt <= now) work.expire();
      work.check(now);
    }
    if (this.#work.size > 0) this.#timer ??= this.#clock.after(sweepMs, this.#sweep);
  };
}
