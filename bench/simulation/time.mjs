// Simulated time: what is to happen, in its order. It is a Clock as keelson's parts take one.
export class SimulatedTime {
  #now = 0;
  #heap = [];
  #count = 0;

  now() {
    return this.#now;
  }

  wall() {
    return this.#now;
  }

  after(ms, call) {
    const event = { at: this.#now + ms, order: (this.#count += 1), call };
    this.#push(event);
    return { cancel: () => (event.call = undefined) };
  }

  every(ms, call) {
    let timer;
    const again = () => {
      timer = this.after(ms, again);
      call();
    };
    timer = this.after(ms, again);
    return { cancel: () => timer.cancel() };
  }

  /** Lets happen what comes until then; synchronous work only. */
  run(until) {
    for (let event = this.#heap[0]; event !== undefined && event.at <= until; event = this.#heap[0]) this.#fire();
    this.#now = until;
  }

  /** The same for work with promises: after each moment their callbacks run. */
  async runAsync(until) {
    for (let event = this.#heap[0]; event !== undefined && event.at <= until; event = this.#heap[0]) {
      const { at } = event;
      while (this.#heap[0]?.at === at) this.#fire();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = until;
  }

  #fire() {
    const event = this.#pop();
    this.#now = event.at;
    event.call?.();
  }

  #push(event) {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent], event)) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = event;
  }

  #pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child += 1;
      if (before(last, heap[child])) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const before = (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Chance that is the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
