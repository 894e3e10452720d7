import { createRedactor } from '../core';

/** What is shown in place of a sensitive value. */
export const mask = '******';

const longest = 80;
/** Settings are shown whole. */
const limits = Object.freeze({ depth: 64, width: 10_000, string: 1_048_576, total: 4_194_304 });

/** Text on one line that cannot forge a line, move the cursor or flood the terminal. */
export function printable(text: string, limit = longest): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
  return line.length > limit ? `${line.slice(0, limit)}...` : line;
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Hides the password of a URL inside a text, also a badly written one: what is after the user up to the last @. */
export function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^\s:@/]*):\S*@/g, `$1:${mask}@`);
}

/** Does the name of the setting say that this value is a secret? For settings that nobody marked as sensitive. */
export function isSecretByName(key: string, value: unknown): boolean {
  return value !== mask && byName(key, value) === mask;
}

/** A text with what looks like a secret in it masked. */
export function maskedText(text: string): string {
  return createRedactor().text(withoutPassword(text));
}

/** A value as an error message shows it: texts in quotes, other things by what they are. Never for a sensitive one. */
export function show(value: unknown): string {
  if (typeof value === 'string') return printable(`"${maskedText(value)}"`, longest + 2);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return kindOf(value);
}

/** What sort of thing a value is, without saying anything of what is in it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/**
 * A value for a description. The mask if it is sensitive, else as it is, but masked as in a log: passwords in URLs, and members whose
 * names tell that they are secrets. Nothing stays nothing.
 *
 * @param key the setting's, whose last name tells as well
 */
export function shown(value: unknown, sensitive: boolean, key = ''): unknown {
  if (value === undefined || value === null) return value;
  if (sensitive) return mask;
  if (typeof value !== 'string' && !Array.isArray(value) && !isPlainObject(value)) return value;
  return byName(key, withoutPasswords(value));
}

function withoutPasswords(value: unknown): unknown {
  if (typeof value === 'string') return withoutPassword(value);
  if (Array.isArray(value)) return value.map(withoutPasswords);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutPasswords(item)]));
}

/** The value as the log would show it under the last name of the key. */
function byName(key: string, value: unknown): unknown {
  const name = key.slice(key.lastIndexOf('.') + 1);
  const masked = createRedactor({ limits }).value({ [name]: value }) as Record<string, unknown>;
  return masked[name];
}

/** Is it an object like `{}`, of whichever realm, and not an instance of a class? */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
