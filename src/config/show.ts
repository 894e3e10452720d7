import { createRedactor, type Redactor } from '../core';

/** What is shown in place of a sensitive value. */
export const mask = '******';

const longest = 80;
/** Settings are shown whole. */
const limits = Object.freeze({ string: 1_048_576, total: 1_048_576 });

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
  return value !== mask && shown(value, false, key) === mask;
}

/** A text with what looks like a secret in it masked. */
export function maskedText(text: string): string {
  return createRedactor().text(text.includes('://') ? withoutPassword(text) : withoutUserInfo(text));
}

/** Hides what stands before the last @ of a text that was to be a URL and is none: nobody knows where in it the password is. */
export function withoutUserInfo(text: string): string {
  return text.replace(/[^\s@]*:\S*@/g, `${mask}@`);
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
 * names tell that they are secrets. Nothing, an empty text and an empty list stay as they are.
 *
 * @param key the setting's, whose last name tells as well
 * @param redactor one of {@link redactorForValues}, for those who show many
 */
export function shown(value: unknown, sensitive: boolean, key = '', redactor = redactorForValues()): unknown {
  if (isNothing(value)) return value;
  return sensitive ? mask : masked(redactor, lastName(key), value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Masks values of settings without cutting them. */
export function redactorForValues(): Redactor {
  return createRedactor({ limits });
}

function masked(redactor: Redactor, name: string, value: unknown): unknown {
  if (typeof value === 'string') return leaf(redactor, name, withoutPassword(value));
  if (typeof value === 'number') return leaf(redactor, name, value);
  const list = Array.isArray(value);
  if (!list && !isPlainObject(value)) return value;
  if (redactor.isSecretKey(name)) return mask;
  if (list) return value.map((item: unknown) => masked(redactor, '', item));
  return Object.fromEntries(Object.entries(value).map(([own, item]) => [own, masked(redactor, own, item)]));
}

/** As a log would show it under this name. */
function leaf(redactor: Redactor, name: string, value: string | number): unknown {
  return Object.values(redactor.value({ [name]: value }) as object)[0];
}

function lastName(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** Is it an object like `{}`, of whichever realm, and not an instance of a class? */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
