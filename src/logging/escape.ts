/** What must not stand in a line as it is: JSON's own, all control characters, line ends of Unicode, and marks that turn the direction of text. */
const unsafe = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;
/** Those of them that JSON.stringify leaves alone. */
const leftByJson = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** What stands between the quotes of such a string: nearly always the text as it is. */
export function quoted(text: string): string {
  return unsafe.test(text) ? quote(text).slice(1, -1) : text;
}

/** A string as JSON that can neither end its line nor reach a terminal's controls. */
export function quote(text: string): string {
  return unsafe.test(text) ? JSON.stringify(text).replace(leftByJson, escapeCode) : `"${text}"`;
}

/** Any plain value as JSON of the same safety. */
export function toJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? 'null' : json.replace(leftByJson, escapeCode);
}

/** For people: text as it is, controls shown as escapes. Unlike in `quote`, quotes and backslashes stay. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) =>
    char === '\n' ? '\\n' : char === '\t' ? '\\t' : char === '\r' ? '\\r' : escapeCode(char),
  );
}

function escapeCode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
