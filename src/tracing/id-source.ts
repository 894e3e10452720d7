import { randomFillSync } from 'node:crypto';

/** How many random bytes are drawn at a time. Small, because an id that somebody keeps also keeps the text it was cut from. */
const poolBytes = 2048;

const noTrace = '0'.repeat(32);
const noSpan = '0'.repeat(16);

/**
 * Makes trace and span ids from the system's random source. Random bytes are drawn in bulk and cut from one text, which is
 * what makes an id cost some 30 ns.
 */
export class IdSource {
  readonly #fill: (bytes: Buffer) => void;
  readonly #bytes = Buffer.alloc(poolBytes);
  #digits = '';
  #next = 0;

  /** `fill` overwrites all bytes with random ones. @default node's randomFillSync */
  constructor(fill: (bytes: Buffer) => void = randomFillSync) {
    this.#fill = fill;
  }

  /** 32 lower-case hex digits, never all zero. */
  traceId(): string {
    let id = this.#take(32);
    while (id === noTrace) id = this.#take(32);
    return id;
  }

  /** 16 lower-case hex digits, never all zero. */
  spanId(): string {
    let id = this.#take(16);
    while (id === noSpan) id = this.#take(16);
    return id;
  }

  #take(length: number): string {
    let start = this.#next;
    if (start + length > this.#digits.length) {
      this.#fill(this.#bytes);
      this.#digits = this.#bytes.toString('hex');
      start = 0;
    }
    this.#next = start + length;
    return this.#digits.slice(start, this.#next);
  }
}
