import { type BoundedFormat, type Format, type SettingsSchema } from './setting';

type Leaf = { readonly format: Format } | { readonly doc: string };

type Widened<D> = D extends string
  ? string
  : D extends number
    ? number
    : D extends boolean
      ? boolean
      : D extends readonly unknown[]
        ? unknown[]
        : D extends object
          ? Record<string, unknown>
          : unknown;

type DefaultOf<L> = L extends { readonly default: infer D }
  ? [D] extends [null]
    ? unknown
    : Widened<Exclude<D, null>>
  : unknown;

type OfFunction<F, L> = F extends (value: infer A) => unknown ? (unknown extends A ? DefaultOf<L> : A) : DefaultOf<L>;

type OfFormat<F, L> = F extends StringConstructor | 'string' | 'String' | 'url'
  ? string
  : F extends NumberConstructor | BoundedFormat
    ? number
    : F extends 'number' | 'Number' | 'int' | 'integer' | 'nat' | 'port' | 'ratio' | 'duration' | 'bytes'
      ? number
      : F extends BooleanConstructor | 'boolean' | 'Boolean'
        ? boolean
        : F extends 'list'
          ? string[]
          : F extends ArrayConstructor | 'array' | 'Array'
            ? unknown[]
            : F extends ObjectConstructor | 'map' | 'object' | 'Object'
              ? Record<string, unknown>
              : F extends readonly (infer V)[]
                ? V
                : OfFunction<F, L>;

type NullOf<L> = L extends { readonly nullable: true }
  ? null
  : L extends { readonly required: true }
    ? never
    : L extends { readonly default: null }
      ? null
      : never;

type UndefinedOf<L> = L extends { readonly required: true }
  ? never
  : L extends { readonly default: NonNullable<unknown> | null }
    ? never
    : undefined;

type LeafValue<L> =
  (L extends { readonly format: infer F } ? OfFormat<F, L> : DefaultOf<L>) | NullOf<L> | UndefinedOf<L>;

/**
 * The values that a schema leads to, as a tree of the same shape. Of a schema that is only known as `SettingsSchema`, nothing is
 * known. All of it is frozen: to write into a list is an error at run time.
 */
export type ConfigValues<S> = string extends keyof S
  ? Readonly<Record<string, unknown>>
  : { readonly [K in keyof S]: S[K] extends Leaf ? LeafValue<S[K]> : ConfigValues<S[K]> };

type IsGroup<T> = [T] extends [readonly unknown[]]
  ? false
  : [T] extends [object]
    ? string extends keyof T
      ? false
      : true
    : false;

/** The dotted paths of a tree of values: settings and groups. */
export type ConfigPath<V> = string extends keyof V
  ? string
  : { [K in keyof V & string]: IsGroup<V[K]> extends true ? K | `${K}.${ConfigPath<V[K]>}` : K }[keyof V & string];

/** The type of what is found at a path. */
export type ValueAt<V, P extends string> = P extends keyof V
  ? V[P]
  : P extends `${infer Head}.${infer Rest}`
    ? Head extends keyof V
      ? ValueAt<V[Head], Rest>
      : unknown
    : unknown;

/** A schema, and how its settings get their environment names. */
export interface SchemaPart {
  readonly schema: SettingsSchema;
  /** A setting without `env` gets a name made from its path: `http.bodyLimit` is HTTP_BODY_LIMIT. @default false */
  readonly deriveEnv?: boolean;
  /**
   * What must hold between settings. Called with all values as a tree whenever the sources are merged; a setting whose own value is not
   * valid is undefined, and what is said of it is left out. Answers with what is wrong.
   *
   * The name of the environment is what NODE_ENV says, undefined if nothing.
   *
   * @default nothing
   */
  readonly check?: (
    values: Readonly<Record<string, unknown>>,
    environment: string | undefined,
  ) => readonly { key: string; expected: string }[];
}

/** The values of several schemas, merged. */
export type MergedValues<L extends readonly SchemaPart[]> = L extends readonly [infer First, ...infer Rest]
  ? (First extends { readonly schema: infer S } ? ConfigValues<S> : unknown) &
      (Rest extends readonly SchemaPart[] ? MergedValues<Rest> : unknown)
  : L extends readonly []
    ? unknown
    : Readonly<Record<string, unknown>>;
