import { type Fingerprint } from './fingerprint';

/** Smallest table, in slots: a power of two, as all sizes are. */
const fewestSlots = 256;
/** Numbers of a fingerprint. */
const stride = 3;

/**
 * A number for each fingerprint, in arrays: a Map of a hundred thousand texts keeps the garbage collector busy with each of them. Open addressing with linear
 * probing, at most half full. Nothing is ever taken out.
 */
export class FingerprintTable {
  /** A slot is free where the first number is 0. */
  #prints = new Int32Array(stride * fewestSlots);
  #values = new Float64Array(fewestSlots);
  #size = 0;

  /** How many are in it. */
  get size(): number {
    return this.#size;
  }

  /** Undefined if it is not in it. */
  get({ a, b, c }: Fingerprint): number | undefined {
    const slot = this.#find(a, b, c);
    return this.#prints[stride * slot] === 0 ? undefined : this.#values[slot];
  }

  set({ a, b, c }: Fingerprint, value: number): void {
    const slot = this.#find(a, b, c);
    if (this.#prints[stride * slot] === 0) this.#insert(slot, a, b, c, value);
    else this.#values[slot] = value;
  }

  /** Adds what another has, with such a value, and this has not. */
  add(other: FingerprintTable, which: (value: number) => boolean): void {
    other.#each((a, b, c, value) => {
      if (!which(value)) return;
      const slot = this.#find(a, b, c);
      if (this.#prints[stride * slot] === 0) this.#insert(slot, a, b, c, value);
    });
  }

  /** The slot of a fingerprint, or the free one that it would have. */
  #find(a: number, b: number, c: number): number {
    const prints = this.#prints;
    const mask = this.#values.length - 1;
    let slot = a & mask;
    for (;;) {
      const at = stride * slot;
      const first = prints[at];
      if (first === 0 || (first === a && prints[at + 1] === b && prints[at + 2] === c)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #insert(free: number, a: number, b: number, c: number, value: number): void {
    let slot = free;
    if (2 * this.#size >= this.#values.length) {
      this.#grow();
      slot = this.#find(a, b, c);
    }
    this.#fill(slot, a, b, c, value);
  }

  #fill(slot: number, a: number, b: number, c: number, value: number): void {
    const at = stride * slot;
    this.#prints[at] = a;
    this.#prints[at + 1] = b;
    this.#prints[at + 2] = c;
    this.#values[slot] = value;
    this.#size += 1;
  }

  #grow(): void {
    const smaller = new FingerprintTable();
    smaller.#prints = this.#prints;
    smaller.#values = this.#values;
    this.#prints = new Int32Array(2 * smaller.#prints.length);
    this.#values = new Float64Array(2 * smaller.#values.length);
    this.#size = 0;
    smaller.#each((a, b, c, value) => this.#fill(this.#find(a, b, c), a, b, c, value));
  }

  #each(visit: (a: number, b: number, c: number, value: number) => void): void {
    const prints = this.#prints;
    this.#values.forEach((value, slot) => {
      const at = stride * slot;
      const a = prints[at] as number;
      if (a !== 0) visit(a, prints[at + 1] as number, prints[at + 2] as number, value);
    });
  }
}
