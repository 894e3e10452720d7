import { type DeathNote } from './transport';

const longestMessage = 1_024;
const longestStack = 4_096;

/** What the dead letter says of the error that it died of, cut so that it fits into headers. Secrets are masked by `redact`. Never throws. */
export function deathNote(
  reason: DeathNote['reason'],
  error: unknown,
  attempts: number,
  redact: (text: string) => string,
): DeathNote {
  const stack = textIn(error, 'stack');
  return {
    reason,
    code: codeOf(error),
    message: safely(() => cut(redact(textIn(error, 'message') ?? String(error)), longestMessage), unreadable),
    stack: safely(() => stack && cut(redact(stack), longestStack), undefined),
    attempts,
  };
}

/** The code of an error, or its name. Bounded, as it becomes a label and a header. */
export function codeOf(error: unknown): string {
  const said = textIn(error, 'code') ?? textIn(error, 'name');
  return said !== undefined && /^[\w.-]{1,64}$/.test(said) ? said : '_OTHER';
}

/** Anything can be thrown, also what throws when it is looked at. */
export function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

const unreadable = 'What was thrown cannot be shown.';

/** A text that an error, or what is thrown like one, has under this name. */
function textIn(error: unknown, name: 'code' | 'name' | 'message' | 'stack'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const text = safely(() => (error as Readonly<Record<string, unknown>>)[name], undefined);
  return typeof text === 'string' ? text : undefined;
}

/** Bounded in bytes, as it travels, and whole characters of it. */
function cut(text: string, longest: number): string {
  if (Buffer.byteLength(text) <= longest) return text;
  const start = Buffer.from(text.slice(0, longest)).subarray(0, longest - 3);
  return `${start.toString('utf8').replace(/\ufffd$/, '')}...`;
}
