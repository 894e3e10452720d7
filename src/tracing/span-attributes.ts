/** A list of values of one type; null stands for a missing one. */
export type AttributeList = readonly (string | number | boolean | null)[];

/** An attribute as it is kept for export. */
export type StoredValue = string | number | boolean | AttributeList;

/** How much may be kept. */
export interface AttributeLimits {
  /** Attributes; further ones are dropped and counted. 0 or more. */
  readonly count: number;
  /** Characters of a text value; the rest is cut off. 0 or more. */
  readonly valueLength: number;
}

/** Lists are cut after this many values. */
const maxListLength = 128;

/** An attribute with a longer key is dropped. */
const maxKeyLength = 256;

/** The attributes of a span, event or link, within limits. */
export class SpanAttributes {
  readonly #limits: AttributeLimits;
  readonly #values = new Map<string, StoredValue>();
  #dropped = 0;

  constructor(limits: AttributeLimits, from?: unknown) {
    this.#limits = limits;
    if (typeof from === 'object' && from !== null) this.setAll(from);
  }

  /** How many there was no room for. */
  get dropped(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#values.size;
  }

  entries(): IterableIterator<[string, StoredValue]> {
    return this.#values.entries();
  }

  get(key: string): StoredValue | undefined {
    return this.#values.get(key);
  }

  /** Sets or overwrites one. Undefined and null set nothing; a value of another type is dropped. */
  set(key: string, value: unknown): void {
    if (value === undefined || value === null) return;
    const stored = typeof value === 'string' ? cut(value, this.#limits.valueLength) : this.#stored(value);
    if (key === '' || key.length > maxKeyLength || stored === undefined || !this.#hasRoomFor(key)) this.#dropped += 1;
    else this.#values.set(key, stored);
  }

  setAll(from: object): void {
    for (const [key, value] of Object.entries(from)) this.set(key, value);
  }

  #hasRoomFor(key: string): boolean {
    return this.#values.size < this.#limits.count || this.#values.has(key);
  }

  #stored(value: unknown): StoredValue | undefined {
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    if (!Array.isArray(value)) return undefined;
    const list: (string | number | boolean | null)[] = [];
    for (const item of (value as unknown[]).slice(0, maxListLength)) {
      if (typeof item === 'string') list.push(cut(item, this.#limits.valueLength));
      else list.push(typeof item === 'number' || typeof item === 'boolean' ? item : null);
    }
    return list;
  }
}

/** The text, or as much of it as may be kept. */
export function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text;
}
