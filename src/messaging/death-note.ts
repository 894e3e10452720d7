import { isKeelsonError } from '../core';
import { type DeathNote } from './transport';

const longestMessage = 1_024;
const longestStack = 4_096;

/** What the dead letter says of the error that it died of, cut so that it fits into headers. Secrets are masked by `redact`. */
export function deathNote(
  reason: DeathNote['reason'],
  error: unknown,
  attempts: number,
  redact: (text: string) => string,
): DeathNote {
  const isError = error instanceof Error || isKeelsonError(error);
  const message = isError ? error.message : safely(() => String(error));
  const stack = isError && typeof error.stack === 'string' ? error.stack : undefined;
  return {
    reason,
    code: codeOf(error),
    message: cut(redact(message), longestMessage),
    stack: stack === undefined ? undefined : cut(redact(stack), longestStack),
    attempts,
  };
}

/** The code of an error, or its name. Bounded, as it becomes a label and a header. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const said = typeof code === 'string' ? code : name;
  return typeof said === 'string' && /^[\w.-]{1,64}$/.test(said) ? said : '_OTHER';
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 3)}...`;
}

function safely(read: () => string): string {
  try {
    return read();
  } catch {
    return 'What was thrown cannot be shown.';
  }
}
