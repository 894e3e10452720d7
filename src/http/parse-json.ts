import { KeelsonError, namesPrototype } from '../core';

/**
 * Makes the parser of JSON bodies. A body is an object or an array; one without a byte counts as `{}`, as express has it.
 *
 * It throws BAD_REQUEST for what is not JSON and for a member named `__proto__` at any depth: it is harmless until somebody
 * merges the body into an object, and no honest client sends one.
 */
export function jsonParser(): (bytes: Buffer) => unknown {
  // JSON is exchanged in UTF-8 only (RFC 8259, 8.1). A byte order mark is skipped, wrong bytes are refused.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return function parseJson(bytes: Buffer): unknown {
    if (bytes.length === 0) return {};
    const text = decoded(decoder, bytes);
    const value = parsed(text);
    if (typeof value !== 'object' || value === null) throw malformed('A JSON body is an object or an array.');
    if (namesPrototype(text, value)) throw malformed('The body has a member named __proto__.');
    return value;
  };
}

function decoded(decoder: { decode(bytes: Buffer): string }, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw malformed('The body is not UTF-8.', cause);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The engine's own message quotes the body, and differs from version to version.
    const position = /position (\d+)/.exec(String(cause))?.[1];
    throw malformed(`The body is not valid JSON${position === undefined ? '' : ` (position ${position})`}.`, cause);
  }
}

function malformed(message: string, cause?: unknown): KeelsonError {
  return new KeelsonError('BAD_REQUEST', message, { retryable: false, cause });
}
