import { type Clock, type Timer } from '../../core';

interface Due {
  readonly at: number;
  /** Of two that are due at once the one that came first goes first. */
  readonly order: number;
  readonly call: () => void;
}

/** Calls later, any number of them, by one timer. It runs while somebody has it open; what is overdue then is called at once. */
export class Delays {
  readonly #clock: Clock;
  /** A heap: the first is due first, the children of i are at 2i + 1 and 2i + 2. */
  readonly #heap: Due[] = [];
  #order = 0;
  #openers = 0;
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(): void {
    this.#openers += 1;
    this.#arm();
  }

  /** The last one takes the timer with it; what waits goes on waiting. */
  close(): void {
    this.#openers -= 1;
    if (this.#openers === 0) this.#disarm();
  }

  /** Calls once `ms` have passed. */
  add(ms: number, call: () => void): void {
    this.#push({ at: this.#clock.now() + ms, order: this.#order++, call });
    this.#arm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || this.#openers === 0) return;
    if (this.#timer !== undefined && this.#timer.at <= first.at) return;
    this.#disarm();
    const ms = Math.max(first.at - this.#clock.now(), 0);
    this.#timer = { at: first.at, timer: this.#clock.after(ms, () => this.#fire()) };
  }

  #disarm(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#shift();
      first.call();
    }
    this.#arm();
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent] as Due, due)) break;
      heap[index] = heap[parent] as Due;
      index = parent;
    }
    heap[index] = due;
  }

  /** Takes the first out: the last takes its place and sinks to where it belongs. */
  #shift(): void {
    const heap = this.#heap;
    const last = heap.pop() as Due;
    if (heap.length === 0) return;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Due)) child += 1;
      if (before(last, heap[child] as Due)) break;
      heap[index] = heap[child] as Due;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
