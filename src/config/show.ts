/** What is shown in place of a sensitive value. */
export const mask = '******';

const longest = 80;

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

/** Hides what stands before the last @ of a text that was to be a URL and is none: nobody knows where in it the password is. */
export function withoutUserInfo(text: string): string {
  return text.replace(/[^\s@]*:\S*@/g, `${mask}@`);
}

/** A value as an error message shows it: texts in quotes, other things by what they are. Never for a sensitive one. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return printable(`"${value.includes('://') ? withoutPassword(value) : withoutUserInfo(value)}"`, longest + 2);
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

/** A value for a description: as it is, but without passwords in URLs; the mask if it is sensitive. Nothing stays nothing. */
export function shown(value: unknown, sensitive: boolean): unknown {
  if (value === undefined || value === null) return value;
  if (sensitive) return mask;
  if (typeof value === 'string') return withoutPassword(value);
  if (Array.isArray(value)) return value.map((item: unknown) => shown(item, false));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shown(item, false)]));
}

/** Is it an object like `{}`, of whichever realm, and not an instance of a class? */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
