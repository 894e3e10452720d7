const least = 16;

/** First in, first out, in constant time however long it is: an array's own `shift` moves all that is behind. */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(least);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#resize(this.#length * 2);
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length += 1;
  }

  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  shift(): T | undefined {
    const item = this.#slots[this.#head];
    if (this.#length === 0) return undefined;
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length -= 1;
    // What a crowd needed is given back once it has gone.
    if (this.#slots.length > least && this.#length <= this.#slots.length / 8) this.#resize(this.#slots.length / 2);
    return item;
  }

  /** From the first to the last, without taking any. */
  toArray(): T[] {
    return Array.from({ length: this.#length }, (_, i) => this.#at(i));
  }

  #at(index: number): T {
    return this.#slots[(this.#head + index) & (this.#slots.length - 1)] as T;
  }

  /** `size` is a power of two, so that a mask is enough to go round. */
  #resize(size: number): void {
    const slots = new Array<T | undefined>(size);
    for (let i = 0; i < this.#length; i++) slots[i] = this.#at(i);
    this.#slots = slots;
    this.#head = 0;
  }
}
