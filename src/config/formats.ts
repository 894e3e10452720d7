import { isBounded } from './between';
import {
  booleanFromText,
  bytesFromText,
  durationFromText,
  integerFromText,
  jsonFromText,
  listFromText,
  numberFromText,
} from './from-text';
import { type Format, type Literal } from './setting';
import { isPlainObject } from './show';

/** A format of keelson's own. */
export interface OwnFormat {
  /** What it takes, in words. */
  readonly expected: string;
  /** A flag of it may stand without a value. */
  readonly isBoolean?: boolean;
  /** What a text means, undefined if nothing of the kind. */
  readonly fromText: (text: string) => unknown;
  /** Texts are understood in files and settings too, not only where there is nothing but text. */
  readonly textAnywhere?: boolean;
  /** Is this value of the format? convict asks it. */
  readonly accepts: (value: unknown) => boolean;
}

const itself = (value: string): unknown => value;
const isText = (value: unknown): boolean => typeof value === 'string';
const isAmount = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
const isPort = (value: unknown): boolean => Number.isInteger(value) && isAmount(value) && (value as number) <= 65_535;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const string: OwnFormat = { expected: 'text', fromText: itself, accepts: isText };
const number: OwnFormat = { expected: 'a number', fromText: numberFromText, accepts: Number.isFinite };
const boolean: OwnFormat = {
  expected: 'true or false',
  isBoolean: true,
  fromText: booleanFromText,
  accepts: (value) => typeof value === 'boolean',
};
const int: OwnFormat = { expected: 'a whole number', fromText: integerFromText, accepts: Number.isSafeInteger };
const array: OwnFormat = { expected: 'a list', fromText: listFromText, accepts: Array.isArray };
const map: OwnFormat = { expected: 'an object', fromText: jsonFromText, accepts: isPlainObject };

const byName: ReadonlyMap<unknown, OwnFormat> = new Map<unknown, OwnFormat>([
  ...[String, 'String', 'string'].map((name) => [name, string] as const),
  ...[Number, 'Number', 'number'].map((name) => [name, number] as const),
  ...[Boolean, 'Boolean', 'boolean'].map((name) => [name, boolean] as const),
  ...[Array, 'Array', 'array'].map((name) => [name, array] as const),
  ...[Object, 'Object', 'object', 'map'].map((name) => [name, map] as const),
  ...['int', 'integer'].map((name) => [name, int] as const),
  [
    'nat',
    {
      expected: 'a whole number, 0 or more',
      fromText: integerFromText,
      accepts: (value) => Number.isSafeInteger(value) && isAmount(value),
    },
  ],
  ['port', { expected: 'a port, a whole number from 0 to 65535', fromText: integerFromText, accepts: isPort }],
  [
    'port_or_windows_named_pipe',
    {
      expected: 'a port, a whole number from 0 to 65535, or a Windows named pipe',
      fromText: (text) => integerFromText(text) ?? text,
      accepts: (value) => isPort(value) || (typeof value === 'string' && value.includes('\\\\.\\pipe\\')),
    },
  ],
  [
    'ratio',
    {
      expected: 'a number from 0 to 1',
      fromText: numberFromText,
      accepts: (value) => isAmount(value) && (value as number) <= 1,
    },
  ],
  [
    'duration',
    {
      expected: 'a duration: milliseconds, or text such as 500ms, 5s, 2m, 1h',
      fromText: durationFromText,
      textAnywhere: true,
      accepts: (value) => isAmount(value) && (value as number) <= Number.MAX_SAFE_INTEGER,
    },
  ],
  [
    'bytes',
    {
      expected: 'a size: bytes, or text such as 100kB, 32MB',
      fromText: bytesFromText,
      textAnywhere: true,
      accepts: (value) => Number.isSafeInteger(value) && isAmount(value),
    },
  ],
  ['url', { expected: 'an absolute URL such as http://host:8080/path', fromText: itself, accepts: isAbsoluteUrl }],
  ['list', { expected: 'a list of texts', fromText: listFromText, accepts: isTexts }],
  ['*', { expected: 'anything', fromText: itself, accepts: () => true }],
]);

/** `localhost:3000` is a URL with the scheme `localhost` to the standard, and a mistake to us. */
function isAbsoluteUrl(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value) && URL.canParse(value);
}

/** The format of keelson's own that a schema means, undefined if it is a function or a name that only convict may know. */
export function ownFormat(format: Format): OwnFormat | undefined {
  if (Array.isArray(format)) return oneOf(format as readonly Literal[]);
  if (!isBounded(format)) return byName.get(format);
  const base = format.kind === 'int' ? int : number;
  return { ...base, expected: format.expected, accepts: (value) => isWithin(value, format) };
}

function isWithin(value: unknown, check: (value: unknown) => void): boolean {
  try {
    check(value);
    return true;
  } catch {
    return false;
  }
}

function oneOf(allowed: readonly Literal[]): OwnFormat {
  return {
    expected: `one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`,
    isBoolean: allowed.length > 0 && allowed.every((value) => typeof value === 'boolean'),
    fromText: (text) => allowed.find((value) => String(value) === text),
    accepts: (value) => (allowed as readonly unknown[]).includes(value),
  };
}

/** How the text of a source is understood when the format is a function: by the type of the default, as convict does. */
export function textByDefault(fallback: unknown): (text: string) => unknown {
  if (typeof fallback === 'number') return number.fromText;
  if (typeof fallback === 'boolean') return boolean.fromText;
  if (Array.isArray(fallback)) return array.fromText;
  return typeof fallback === 'object' && fallback !== null ? map.fromText : itself;
}
