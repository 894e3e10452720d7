import { mix32 } from '../core';

/**
 * A number from 0 up to, not including, 1, that depends on nothing but what it is asked for: the same seed, name and number give the same one, in every
 * process and on every machine. So what a rule does to the tenth request it fits does not depend on other rules, nor on chance.
 *
 * FNV-1a over the text, then the finalizer of MurmurHash3, without which neighbours would be alike.
 */
export function chance(seed: number, name: string, n: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}/${name}/${n}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (mix32(hash) >>> 0) / 2 ** 32;
}
