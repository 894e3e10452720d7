/*
 * What text means, as found in the environment, in flags and in secret files. Each of these answers undefined when the text is
 * nothing of the kind: there is no guessing, so that `12abc` is not 12 and `0` is not true.
 */

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** true, 1, yes, on; false, 0, no, off; in any case. */
export function booleanFromText(text: string): boolean | undefined {
  return words.get(text.toLowerCase());
}

/** Decimal digits with at most a minus before them. */
export function integerFromText(text: string): number | undefined {
  return /^-?\d+$/.test(text) ? Number(text) + 0 : undefined;
}

/** A decimal number, also with a fraction or an exponent. */
export function numberFromText(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) + 0 : undefined;
}

/** A JSON list, or items between commas; the space around them and empty ones are left out. */
export function listFromText(text: string): unknown[] | undefined {
  if (!text.trimStart().startsWith('[')) {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  const value = jsonFromText(text);
  return Array.isArray(value) ? value : undefined;
}

/** Any JSON. */
export function jsonFromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const durationUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `500`, `500ms`, `5s`, `1.5m`, `1h`, `1d`, in whole milliseconds. */
export function durationFromText(text: string): number | undefined {
  return quantity(text, durationUnits);
}

const byteUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1024],
  ['mb', 1024 ** 2],
  ['gb', 1024 ** 3],
]);

/** `512`, `512b`, `100kb`, `1.5MB`, `1GB`, in whole bytes; 1 kB is 1024. */
export function bytesFromText(text: string): number | undefined {
  return quantity(text, byteUnits);
}

function quantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text);
  const factor = units.get((match?.[2] ?? '').toLowerCase());
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
