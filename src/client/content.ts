import { KeelsonError } from '../core';
import { type Incoming } from './exchange';

/** A body as it goes onto the wire. */
export interface EncodedBody {
  readonly bytes: string | Uint8Array | undefined;
  /** Its media type, unless the caller names one. */
  readonly type: string | undefined;
}

const nothing: EncodedBody = Object.freeze({ bytes: undefined, type: undefined });

/**
 * A string or bytes go as they are, undefined is no body, anything else is written as JSON.
 *
 * @throws TypeError for what JSON cannot hold (a circle, a BigInt, a function)
 */
export function encodeBody(body: unknown): EncodedBody {
  if (body === undefined) return nothing;
  if (typeof body === 'string') return { bytes: body, type: 'text/plain; charset=utf-8' };
  if (body instanceof Uint8Array) return { bytes: body, type: 'application/octet-stream' };
  const text = JSON.stringify(body) as string | undefined;
  if (text === undefined) throw new TypeError(`A body of type ${typeof body} cannot be written as JSON.`);
  return { bytes: text, type: 'application/json' };
}

const jsonType = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i;
const textType = /^(?:text\/|application\/(?:xml|[\w.+-]+\+xml)\s*(?:;|$))/i;

/** JSON decoded, other text as text, everything else as bytes; undefined when there is nothing. @throws PAYLOAD_INVALID for what says that it is JSON and is not */
export function decodeBody({ headers, body }: Incoming): unknown {
  if (body.length === 0) return undefined;
  const type = headers['content-type'] ?? '';
  if (jsonType.test(type)) return parsed(body);
  return textType.test(type) ? body.toString('utf8') : body;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    // The engine's own message quotes the body.
    throw new KeelsonError('PAYLOAD_INVALID', 'The answer says that it is JSON, and is not.', {
      retryable: false,
      status: 502,
      cause,
    });
  }
}

/** Is this a problem document (RFC 9457)? Then its members; else undefined. */
export function problemOf({ headers, body }: Incoming): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/problem\+json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
