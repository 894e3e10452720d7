import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, deflate, gzip } from 'node:zlib';

/** A small body that would be a very large one. */
export interface Bomb {
  readonly what: string;
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly statuses: readonly number[];
}

const piece = Buffer.alloc(16 * 1024 * 1024);
const best = { level: 9 };

/** 1 GB of zeros. Gzip may consist of several members; brotli and deflate are one stream. */
export async function bombs(): Promise<Bomb[]> {
  const member = await promisify(gzip)(piece, best);
  const gigabyte = Buffer.concat(Array.from({ length: 64 }, () => member));
  const small = Buffer.concat(Array.from({ length: 6 }, () => member));
  const brotli = await brotliGigabyte();
  const deflated = await promisify(deflate)(Buffer.alloc(96 * 1024 * 1024), best);
  const twice = await promisify(gzip)(small, best);
  const twiceBrotli = await promisify(brotliCompress)(brotli);
  return [
    { what: `gzip of 1 GB in ${kb(gigabyte)}`, encoding: 'gzip', bytes: gigabyte, statuses: [413] },
    { what: `gzip of 96 MB in ${kb(small)}`, encoding: 'gzip', bytes: small, statuses: [413] },
    { what: `deflate of 96 MB in ${kb(deflated)}`, encoding: 'deflate', bytes: deflated, statuses: [413] },
    { what: `br of 1 GB in ${kb(brotli)}`, encoding: 'br', bytes: brotli, statuses: [413] },
    { what: 'gzip in gzip', encoding: 'gzip, gzip', bytes: twice, statuses: [415] },
    { what: 'br in gzip', encoding: 'br, gzip', bytes: twiceBrotli, statuses: [415] },
    // Taken apart once it is either too large or no text.
    { what: 'gzip in gzip that says one', encoding: 'gzip', bytes: twice, statuses: [400, 413] },
    { what: 'br in br that says one', encoding: 'br', bytes: twiceBrotli, statuses: [400, 413] },
    { what: 'an encoding that there is not', encoding: 'bomb', bytes: small, statuses: [415] },
    { what: 'zstd', encoding: 'zstd', bytes: small, statuses: [415] },
    { what: 'gzip that says deflate', encoding: 'deflate', bytes: small, statuses: [400] },
    { what: 'gzip cut short', encoding: 'gzip', bytes: member.subarray(0, 10_000), statuses: [400, 413] },
  ];
}

function kb(bytes: Buffer): string {
  return `${(bytes.length / 1024).toFixed(bytes.length < 10_240 ? 1 : 0)} kB`;
}

async function brotliGigabyte(): Promise<Buffer> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const stream = createBrotliCompress({ params });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise((resolve) => stream.once('end', resolve));
  for (let i = 0; i < 64; i++) await new Promise((resolve) => stream.write(piece, resolve));
  stream.end();
  await done;
  return Buffer.concat(chunks);
}
