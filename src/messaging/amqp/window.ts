/** What was written to a channel and is not confirmed, by the tags that both sides count from 1. */
export class Window<T> {
  #items: (T | undefined)[] = [];
  /** The tag of the first of #items. */
  #base = 1;
  #head = 0;
  #size = 0;

  /** How many are not confirmed. */
  get size(): number {
    return this.#size;
  }

  /** The next one was written. */
  add(item: T): void {
    this.#items.push(item);
    this.#size += 1;
  }

  /** Takes out what a confirm is about: one, or all up to it. What is not there was confirmed before. */
  confirm(tag: number, multiple: boolean, each: (item: T) => void): void {
    const index = tag - this.#base;
    if (index >= this.#items.length) return;
    for (let i = multiple ? this.#head : index; i <= index; i++) {
      const item = this.#items[i];
      if (item === undefined) continue;
      this.#items[i] = undefined;
      this.#size -= 1;
      each(item);
    }
    this.#trim();
  }

  /** The oldest for which it holds. */
  find(holds: (item: T) => boolean): T | undefined {
    for (let i = this.#head; i < this.#items.length; i++) {
      const item = this.#items[i];
      if (item !== undefined && holds(item)) return item;
    }
    return undefined;
  }

  /** All that are not confirmed, oldest first. */
  values(): readonly T[] {
    return this.#items.slice(this.#head).filter((item) => item !== undefined);
  }

  #trim(): void {
    while (this.#head < this.#items.length && this.#items[this.#head] === undefined) this.#head += 1;
    if (this.#head < 1_024 && this.#head < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#base += this.#head;
    this.#head = 0;
  }
}
