import { hash } from 'node:crypto';

/** From this length on SHA-1 is the faster one. */
const short = 256;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * A weak ETag (RFC 9110, 8.8.3): the body's length and 64 bits of its content, the same for a text and for its bytes.
 *
 * Express takes SHA-1 throughout, which costs 2 microseconds for the short answers that most are. An ETag tells versions of one's own
 * answers apart and guards nothing, so short ASCII is mixed here; everything else has express's own value.
 */
export function weakEtag(body: string | Buffer, encoding?: BufferEncoding): string {
  const mixed = body.length < short ? mix(body) : undefined;
  if (mixed !== undefined) return `W/"${body.length.toString(16)}-${mixed}"`;
  const length = typeof body === 'string' ? Buffer.byteLength(body, encoding) : body.length;
  return `W/"${length.toString(16)}-${hash('sha1', body, 'base64').slice(0, 27)}"`;
}

/** Two multiplicative hashes, the second fed by the first, each step reversible. Undefined where there is more than ASCII. */
function mix(body: string | Buffer): string | undefined {
  const text = typeof body === 'string' ? body : body.toString('latin1');
  let a = 0x3c6ef372;
  let b = 0x1f83d9ab;
  let all = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ (a >>> 15) ^ code, 0x5f356495);
  }
  if (all > 0x7f) return undefined;
  a = Math.imul(a ^ (b >>> 16), 0x7feb352d);
  b = Math.imul(b ^ (a >>> 15), 0x846ca68b);
  return digits(a ^ (a >>> 16)) + digits(b ^ (b >>> 16));
}

/** 32 bits as 6 digits of base64; `toString` with a base would cost more than the hash. */
function digits(bits: number): string {
  const digit = (shift: number): number => alphabet.charCodeAt((bits >>> shift) & 63);
  return String.fromCharCode(digit(26), digit(20), digit(14), digit(8), digit(2), alphabet.charCodeAt(bits & 3));
}
