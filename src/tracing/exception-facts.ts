/** What is told of an error, without ever throwing: what was thrown may be anything, getters that throw included. */
export interface ExceptionFacts {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

/** Reads the facts of whatever was thrown. */
export function exceptionFacts(thrown: unknown): ExceptionFacts {
  if (typeof thrown !== 'object' || thrown === null) {
    return { type: undefined, message: plainText(thrown), stack: undefined };
  }
  const name = read(thrown, 'name');
  const type = name === undefined || name === '' ? read(thrown, 'code') : name;
  return { type: type ?? 'Error', message: read(thrown, 'message'), stack: read(thrown, 'stack') };
}

function plainText(thrown: unknown): string | undefined {
  if (typeof thrown === 'string') return thrown;
  return typeof thrown === 'number' || typeof thrown === 'boolean' || typeof thrown === 'bigint'
    ? String(thrown)
    : undefined;
}

function read(from: object, key: 'name' | 'code' | 'message' | 'stack'): string | undefined {
  try {
    const value: unknown = (from as Record<string, unknown>)[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
