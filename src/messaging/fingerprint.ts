import { randomFillSync } from 'node:crypto';
import { mix32 } from '../core';

/** 96 bits that tell a text from others, with a chance of 1 in 10^28 that two are alike. Made with a random seed, so that nobody can prepare two that are. */
export class Fingerprint {
  /** Never 0. */
  a = 1;
  b = 0;
  c = 0;
  readonly #seed = randomFillSync(new Int32Array(3));
  #text: string | undefined;

  /**
   * Of this text, from now on. Three hashes side by side, over pairs of characters. Each step (exclusive or, an odd multiplier, a rotation) can be undone, so
   * that nothing of what was read is lost but by the width of the number; the finish spreads every bit over all.
   */
  read(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    const { length } = text;
    let a = (this.#seed[0] as number) ^ length;
    let b = this.#seed[1] as number;
    let c = this.#seed[2] as number;
    for (let i = 0; i < length; i += 2) {
      const pair = text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0);
      a = Math.imul(a ^ pair, 0x9e3779b1);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b ^ pair, 0x85ebca77);
      b = (b << 17) | (b >>> 15);
      c = Math.imul(c ^ pair, 0xc2b2ae3d);
      c = (c << 11) | (c >>> 21);
    }
    this.a = mix32(a) || 1;
    this.b = mix32(b);
    this.c = mix32(c);
  }
}
