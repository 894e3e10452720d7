import { type Clock, type Timer } from '../core';

/** What the collection needs of a request being handled. */
export interface InFlightWork {
  /** When it is to be given up, by clock.now(); Infinity: never. */
  readonly expiresAt: number;
  /** Called once the moment has passed. */
  expire(): void;
  /** Called at each sweep: notices a client that has gone or does not read. */
  check(now: number): void;
  /** The collection's own: where it keeps this. -1: it does not. */
  slot: number;
}

/** Deadlines are kept to within this many milliseconds. */
const sweepMs = 25;

/**
 * The requests being handled: counted against a limit, and swept for deadlines and stalled readers by one timer that runs only
 * while there is something to watch. A timer per request would cost more than all else that is done here, and a Set would have to hash each.
 */
export class InFlight<W extends InFlightWork> implements Iterable<W> {
  readonly #work: W[] = [];
  readonly #limit: number;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get size(): number {
    return this.#work.length;
  }

  get full(): boolean {
    return this.#work.length >= this.#limit;
  }

  add(work: W): void {
    if (work.slot < 0) work.slot = this.#work.push(work) - 1;
    this.#timer ??= this.#clock.after(sweepMs, this.#sweep);
  }

  delete(work: W): void {
    const { slot } = work;
    if (slot < 0) return;
    work.slot = -1;
    const last = this.#work.pop() as W;
    if (last === work) return;
    this.#work[slot] = last;
    last.slot = slot;
  }

  /** All of it as it is now: what is deleted meanwhile makes others move. */
  [Symbol.iterator](): IterableIterator<W> {
    return [...this.#work].values();
  }

  /** Stops the timer, for good measure when the server has closed. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    // From the end: the last one moves into the place of one that is deleted, and it was seen already.
    for (let i = this.#work.length - 1; i >= 0; i--) {
      const work = this.#work[i];
      if (work === undefined) continue; // several were deleted at once
      if (work.expiresAt <= now) work.expire();
      work.check(now);
    }
    if (this.#work.length > 0) this.#timer ??= this.#clock.after(sweepMs, this.#sweep);
  };
}
