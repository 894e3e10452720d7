import { type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { KeelsonError } from '../core';

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Reads a whole body into memory, decompressed. It stops reading as soon as it knows that the body is too large: whoever answers then
 * deals with the rest.
 *
 * @param limit largest size in bytes, of what arrives as well as of what comes out of it
 * @throws PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE for an encoding other than gzip, deflate and br, BAD_REQUEST for a body that is broken
 */
export async function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decode = decoders.get(encoding);
  if (decode === undefined && encoding !== 'identity') throw unknownEncoding(encoding);
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const bytes = await collect(req, limit);
  if (decode === undefined || bytes.length === 0) return bytes;
  try {
    return await decode(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new KeelsonError('BAD_REQUEST', `The body is not well-formed ${encoding}.`, { retryable: false, cause });
  }
}

function collect(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      req.off('data', onData).off('end', onEnd).off('close', onBroken).off('error', onBroken);
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      settle();
      req.pause();
      reject(tooLarge(limit));
    };
    const onEnd = (): void => {
      settle();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    };
    const onBroken = (): void => {
      settle();
      req.on('error', () => undefined);
      reject(new KeelsonError('BAD_REQUEST', 'The body broke off.', { retryable: false }));
    };
    if (req.destroyed) onBroken();
    else req.on('data', onData).on('end', onEnd).on('close', onBroken).on('error', onBroken);
  });
}

function tooLarge(limit: number): KeelsonError {
  return new KeelsonError('PAYLOAD_TOO_LARGE', `The body may have ${limit} bytes.`, {
    retryable: false,
    details: { limit },
  });
}

function unknownEncoding(encoding: string): KeelsonError {
  const message = `The content encoding '${encoding.slice(0, 100)}' is not supported.`;
  return new KeelsonError('UNSUPPORTED_MEDIA_TYPE', message, {
    retryable: false,
    details: { acceptsEncodings: [...decoders.keys()] },
  });
}
