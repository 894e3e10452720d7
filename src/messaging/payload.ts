import { isUtf8 } from 'node:buffer';
import {
  KeelsonError,
  isKeelsonError,
  namesPrototype,
  pointerOf,
  type SchemaIssue,
  type StandardSchema,
} from '../core';

/** As many faults are listed; a large body can have very many. */
const mostListed = 100;

/**
 * Writes a value as JSON; undefined as nothing at all.
 *
 * @throws PAYLOAD_INVALID for what JSON cannot carry and what `decodeJson` would refuse, PAYLOAD_TOO_LARGE
 */
export function encodeJson(what: string, value: unknown, maxBytes: number): Buffer {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw invalid(`${what}: its data cannot be written as JSON.`, [], cause);
  }
  if (text === undefined && value !== undefined) throw invalid(`${what}: its data cannot be written as JSON.`, []);
  if (text !== undefined && namesPrototype(text)) throw prototypeNamed(what);
  const body = text === undefined ? empty : Buffer.from(text);
  if (body.length > maxBytes) throw tooLarge(what, body.length, maxBytes);
  return body;
}

/**
 * Reads what `encodeJson` has written; nothing at all is undefined. As with the bodies of requests, a byte order mark is skipped, and a member named
 * `__proto__` is refused: it is harmless until somebody merges the data into an object.
 *
 * @throws PAYLOAD_INVALID, PAYLOAD_TOO_LARGE
 */
export function decodeJson(what: string, body: Buffer, maxBytes: number): unknown {
  if (body.length === 0) return undefined;
  if (body.length > maxBytes) throw tooLarge(what, body.length, maxBytes);
  if (!isUtf8(body)) throw invalid(`${what}: its data is not UTF-8.`, []);
  const text = body.toString('utf8');
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
    if (namesPrototype(text, value)) throw prototypeNamed(what);
    return value;
  } catch (cause) {
    if (isKeelsonError(cause)) throw cause;
    throw invalid(`${what}: its data is not JSON.`, [], cause);
  }
}

const byteOrderMark = 0xfeff;

/**
 * Checks data by a schema. Most schemas answer at once, and then so does this.
 *
 * @returns the schema's own value, coerced and with defaults
 * @throws PAYLOAD_INVALID that lists every fault
 */
export function checkData<T>(what: string, data: unknown, schema: StandardSchema<T> | undefined): unknown {
  if (schema === undefined) return data;
  const result = schema['~standard'].validate(data);
  return result instanceof Promise ? result.then((settled) => valueOf(what, settled)) : valueOf(what, result);
}

function valueOf(
  what: string,
  result: { readonly value?: unknown; readonly issues?: readonly SchemaIssue[] | undefined },
): unknown {
  if (result.issues === undefined) return result.value;
  const errors = result.issues.slice(0, mostListed).map((issue) => ({
    pointer: pointerOf(issue),
    detail: issue.message,
  }));
  const first = errors[0] === undefined ? '' : ` ${errors[0].pointer || '/'}: ${errors[0].detail}`;
  throw invalid(`${what}: its data is not valid.${first}`, errors);
}

function invalid(message: string, errors: readonly unknown[], cause?: unknown): KeelsonError {
  const details = errors.length === 0 ? {} : { errors };
  return new KeelsonError('PAYLOAD_INVALID', message, { retryable: false, details, cause });
}

function prototypeNamed(what: string): KeelsonError {
  return invalid(`${what}: its data has a member named __proto__.`, []);
}

function tooLarge(what: string, bytes: number, maxBytes: number): KeelsonError {
  const message = `${what}: its data has ${bytes} bytes, and ${maxBytes} are allowed.`;
  return new KeelsonError('PAYLOAD_TOO_LARGE', message, { retryable: false });
}

const empty = Buffer.alloc(0);
