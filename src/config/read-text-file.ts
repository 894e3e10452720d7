import { readFileSync, statSync } from 'node:fs';

/** The text of a file, or why there is none. */
export type TextFile = { readonly text: string } | { readonly fault: string; readonly isMissing: boolean };

/** The largest file that is read, in bytes. */
export const largestFile = 1_048_576;

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EACCES', 'a file that may not be read'],
  ['EPERM', 'a file that may not be read'],
  ['ELOOP', 'a link that leads to itself'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'something that is not UTF-8 text'],
  ['ENAMETOOLONG', 'a name that is too long'],
]);

/** Reads a whole text file in UTF-8. Never throws and never waits: pipes and devices are refused. */
export function readTextFile(path: string): TextFile {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return wrong('a directory');
    if (!status.isFile()) return wrong('something that is not a file');
    if (status.size > largestFile) return wrong(`${status.size} bytes, more than ${largestFile}`);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    const code = codeOf(error);
    return { fault: reasonOf(error), isMissing: code === 'ENOENT' || code === 'ENOTDIR' };
  }
}

/** Why a file or directory cannot be read, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons.get(code) ?? `an error (${code})`;
}

function wrong(fault: string): TextFile {
  return { fault, isMissing: false };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
