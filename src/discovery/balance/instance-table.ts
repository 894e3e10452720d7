import { type Instance } from '../contract';

/** What is remembered of an instance is forgotten when it was not used for as long, in milliseconds: it has gone, or is as good as new. */
const forgetAfterMs = 600_000;

/** Remembers something of each instance for as long as it is used. */
export class InstanceTable<T> {
  readonly #make: (instance: Instance) => T;
  readonly #rows = new Map<string, { readonly value: T; usedAt: number }>();
  #sweepAt = 64;

  constructor(make: (instance: Instance) => T) {
    this.#make = make;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#rows.size;
  }

  /** Is anything remembered of it? */
  has(instance: Instance): boolean {
    return this.#rows.has(instance.id);
  }

  /** What is remembered, made if need be. */
  of(instance: Instance, now: number): T {
    const row = this.#rows.get(instance.id);
    if (row !== undefined) {
      row.usedAt = now;
      return row.value;
    }
    if (this.#rows.size >= this.#sweepAt) this.#sweep(now);
    const value = this.#make(instance);
    this.#rows.set(instance.id, { value, usedAt: now });
    return value;
  }

  /** When as many have been added as there are in use, so that it costs next to nothing for each. */
  #sweep(now: number): void {
    for (const [id, { usedAt }] of this.#rows) if (now - usedAt > forgetAfterMs) this.#rows.delete(id);
    this.#sweepAt = Math.max(64, 2 * this.#rows.size);
  }
}
