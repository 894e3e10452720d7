/** How often is looked whether the event loop turns, in ms. */
const everyMs = 5;

/** Measures for how long nothing else could run. It keeps no process alive. */
export class Blocked {
  #last = performance.now();
  #longest = 0;
  readonly #timer = setInterval(() => this.#look(), everyMs).unref();

  /** The longest time since the last question, in ms. */
  longest(): number {
    this.#look();
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last - everyMs);
    this.#last = now;
  }
}
