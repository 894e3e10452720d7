/** The formats that keelson brings. docs/configuration.md says what each takes. */
export type FormatName =
  | 'string'
  | 'number'
  | 'boolean'
  | 'int'
  | 'nat'
  | 'port'
  | 'ratio'
  | 'duration'
  | 'bytes'
  | 'url'
  | 'list'
  | 'array'
  | 'map'
  | '*';

/** A value that a list of allowed values may name. */
export type Literal = string | number | boolean;

/**
 * Checks a value: throws when it is not valid. `String`, `Number`, `Boolean`, `Object` and `Array` are no checks of this kind,
 * but names of formats. What it gets from a text source is text, unless the default is a number, a boolean, a list or an object.
 */
export type FormatFunction = {
  /** Throws when the value is not valid. */
  check(value: unknown): void;
}['check'];

/** A format with bounds, made by {@link intBetween} or {@link numberBetween}. convict takes it as a format function. */
export interface BoundedFormat {
  (value: unknown): void;
  readonly kind: 'int' | 'number';
  readonly min: number;
  readonly max: number;
  /** What it takes, in words. */
  readonly expected: string;
}

/**
 * What a setting takes: the name of a format, `String`, `Number`, `Boolean`, `Object` or `Array`, a list of allowed values, a
 * {@link BoundedFormat}, a function that throws, or the name of a format added with `convict.addFormat`.
 */
export type Format = FormatName | (string & {}) | readonly Literal[] | FormatFunction;

/** One setting, as in a convict schema. */
export interface Setting<T = unknown> {
  /** What it does and its unit, for people. */
  readonly doc: string;
  readonly format: Format;
  /** The value that it has when no source gives one; `null` also allows null. @default none: the value may be undefined */
  readonly default?: T | null;
  /** Some source must give a value. @default false */
  readonly required?: boolean;
  /** Environment variable that sets it; also the name of its file in the secrets directory, and with _FILE after it, of a variable that names a file. @default none */
  readonly env?: string;
  /** Never shown: masked in errors, descriptions and logs. @default false */
  readonly sensitive?: boolean;
  /** Null is a value. @default false, true when the default is null */
  readonly nullable?: boolean;
}

/** Settings and groups of settings, nested. */
export interface SettingsSchema {
  readonly [name: string]: Setting | SettingsSchema;
}
