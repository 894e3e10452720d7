/** Makes each bit depend on every other: the finish of MurmurHash3 for 32 bits, by Austin Appleby. @returns a signed 32-bit integer */
export function mix32(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
