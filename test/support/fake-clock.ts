import { type Clock, type Timer } from '../../src/core';

interface Due {
  at: number;
  every: number | undefined;
  call: () => void;
}

/** Time that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #wallShift = 0;
  readonly #due = new Set<Due>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#wallShift;
  }

  /** Sets the machine's clock, as an operator would: monotonic time does not move. */
  jumpWall(ms: number): void {
    this.#wallShift += ms;
  }

  after(ms: number, call: () => void): Timer {
    return this.#add(ms, undefined, call);
  }

  every(ms: number, call: () => void): Timer {
    return this.#add(ms, ms, call);
  }

  /** How many timers are running: 0 when everything was stopped. */
  get timers(): number {
    return this.#due.size;
  }

  /** Moves time, firing what falls due in order; after each firing, promise callbacks run. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      if (next.every === undefined) this.#due.delete(next);
      else next.at += next.every;
      next.call();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    return first;
  }

  #add(ms: number, every: number | undefined, call: () => void): Timer {
    const due: Due = { at: this.#now + ms, every, call };
    this.#due.add(due);
    return { cancel: () => void this.#due.delete(due) };
  }
}

/** Lets promise callbacks that are ready run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
