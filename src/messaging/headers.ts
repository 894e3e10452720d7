import { KeelsonError } from '../core';

/** Altogether, names and values, in bytes: brokers bound what a frame of headers takes. */
const mostBytes = 8_192;
const longestKey = 1_024;
/** Names that mean something to the chassis or to a broker. */
const taken =
  /^(?:keelson-|cloudevents[_:-]|x-death$|x-delivery-|x-first-death-|x-last-death-|x-exception-|x-original-|traceparent$|tracestate$|baggage$)/;
const token = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;
const control = /[\u0000-\u001f\u007f]/;

/**
 * Copies the headers that a user gives a message, their names in lower case.
 *
 * @throws PAYLOAD_INVALID for names that are none or are taken, values that are no printable text, and too many of them
 */
export function ownHeaders(what: string, given: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given === undefined) return headers;
  let size = 0;
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (!token.test(lower) || lower === '__proto__') throw invalid(what, name, 'its name is not valid');
    if (taken.test(lower)) throw invalid(what, name, 'the name is taken by the chassis or the broker');
    if (typeof value !== 'string' || control.test(value)) throw invalid(what, name, 'its value is not printable text');
    size += lower.length + Buffer.byteLength(value);
    headers[lower] = value;
  }
  if (size <= mostBytes) return headers;
  const message = `${what}: its headers have ${size} bytes, and ${mostBytes} are allowed.`;
  throw new KeelsonError('PAYLOAD_INVALID', message, { retryable: false });
}

/**
 * Checks the key of a message, which travels among its headers.
 *
 * @throws PAYLOAD_INVALID for what is no printable text of at most 1 kB
 */
export function checkKey(what: string, key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  if (typeof key === 'string' && !control.test(key) && Buffer.byteLength(key) <= longestKey) return key;
  const message = `${what}: its key is not printable text of at most ${longestKey} bytes.`;
  throw new KeelsonError('PAYLOAD_INVALID', message, { retryable: false });
}

function invalid(what: string, name: string, why: string): KeelsonError {
  return new KeelsonError('PAYLOAD_INVALID', `${what}: the header ${JSON.stringify(name)}: ${why}.`, {
    retryable: false,
  });
}
