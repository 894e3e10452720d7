import { Fifo } from './fifo';

/** What waits to be handled, and what may begin: at most so many at once, and of the same lane one after the other. */
export class Intake<T> {
  readonly #concurrency: number;
  /** Undefined: there are no lanes, anything may begin beside anything. */
  readonly #laneOf: ((item: T) => string) | undefined;
  readonly #ready = new Fifo<T>();
  /** What waits behind another of its lane; a lane is here as long as one of it is in hand. */
  readonly #lanes = new Map<string, Fifo<T>>();
  #running = 0;

  constructor(concurrency: number, laneOf?: (item: T) => string) {
    this.#concurrency = concurrency;
    this.#laneOf = laneOf;
  }

  /** How many have begun and not ended. */
  get running(): number {
    return this.#running;
  }

  /** One more waits. */
  add(item: T): void {
    if (this.#laneOf === undefined) {
      this.#ready.push(item);
      return;
    }
    const lane = this.#laneOf(item);
    const waiting = this.#lanes.get(lane);
    if (waiting !== undefined) {
      waiting.push(item);
      return;
    }
    this.#lanes.set(lane, new Fifo());
    this.#ready.push(item);
  }

  /** The next that may begin now, and counts as running from here on. */
  next(): T | undefined {
    if (this.#running >= this.#concurrency || this.#ready.length === 0) return undefined;
    this.#running += 1;
    return this.#ready.shift();
  }

  /** It has ended: the next of its lane may begin. */
  ended(item: T): void {
    this.#running -= 1;
    this.forget(item);
  }

  /** It pauses: it takes no place, and its lane waits for it. `again` or `forget` must follow. */
  paused(): void {
    this.#running -= 1;
  }

  /** What has paused may begin again. */
  again(item: T): void {
    this.#ready.push(item);
  }

  /** What has paused will not begin again. */
  forget(item: T): void {
    if (this.#laneOf === undefined) return;
    const lane = this.#laneOf(item);
    const next = this.#lanes.get(lane)?.shift();
    if (next === undefined) this.#lanes.delete(lane);
    else this.#ready.push(next);
  }

  /** Nothing that waits will begin. */
  clear(): void {
    this.#ready.clear();
    for (const waiting of this.#lanes.values()) waiting.clear();
  }
}
