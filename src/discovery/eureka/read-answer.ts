import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { KeelsonError } from '../../core';

const unzip = promisify(gunzip);

/**
 * The text of an answer, unzipped.
 *
 * @param limit bytes, on the wire and unzipped: a small answer may be a bomb
 * @throws PAYLOAD_TOO_LARGE, or PAYLOAD_INVALID for what cannot be unzipped; what the stream throws
 */
export async function readAnswer(
  body: AsyncIterable<Buffer>,
  encoding: string | undefined,
  limit: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit); // leaving the loop ends the stream, and with it the connection
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  if (encoding === undefined || encoding === 'identity' || raw.length === 0) return raw.toString('utf8');
  if (encoding !== 'gzip') throw invalid(`an answer in the encoding ${encoding.slice(0, 40)}, which was not asked for`);
  try {
    return (await unzip(raw, { maxOutputLength: limit })).toString('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw invalid('an answer that cannot be unzipped', cause);
  }
}

function tooLarge(limit: number): KeelsonError {
  return new KeelsonError('PAYLOAD_TOO_LARGE', `The registry sent more than ${limit} bytes.`, { retryable: false });
}

function invalid(what: string, cause?: unknown): KeelsonError {
  return new KeelsonError('PAYLOAD_INVALID', `The registry sent ${what}.`, { retryable: false, cause });
}
