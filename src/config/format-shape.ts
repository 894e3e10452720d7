import { isBounded } from './between';
import { type Format, type Literal } from './setting';

/** A part of a JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The shape of what a format takes. */
export interface FormatShape {
  /** In one word: the name of the format, `enum`, or `custom` where a function of its own decides. */
  readonly type: string;
  /** What a file may say; it takes all that the format takes, and little else. */
  readonly schema: JsonSchema;
}

const duration = '^\\d+(\\.\\d+)?([mM]?[sS]|[mM]|[hH]|[dD])?$';
const bytes = '^\\d+(\\.\\d+)?([kKmMgG]?[bB])?$';

/** Everything but null. */
const anything: JsonSchema = { type: ['string', 'number', 'boolean', 'array', 'object'] };

const schemas: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ['string', { type: 'string' }],
  ['number', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['int', { type: 'integer' }],
  ['nat', { type: 'integer', minimum: 0 }],
  ['port', { type: 'integer', minimum: 0, maximum: 65_535 }],
  [
    'port_or_windows_named_pipe',
    {
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 65_535 },
        { type: 'string', pattern: '\\\\\\\\\\.\\\\pipe\\\\' },
      ],
    },
  ],
  ['ratio', { type: 'number', minimum: 0, maximum: 1 }],
  [
    'duration',
    {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: duration },
      ],
    },
  ],
  [
    'bytes',
    {
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: bytes },
      ],
    },
  ],
  ['url', { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9+.-]*://\\S+$' }],
  ['list', { type: 'array', items: { type: 'string' } }],
  ['array', { type: 'array' }],
  ['map', { type: 'object' }],
  ['*', anything],
]);

const aliases: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...[String, Number, Boolean, Array].map((made) => [made, made.name.toLowerCase()] as const),
  ...['String', 'Number', 'Boolean', 'Array'].map((name) => [name, name.toLowerCase()] as const),
  ...[Object, 'Object', 'object'].map((name) => [name, 'map'] as const),
  ['integer', 'int'],
]);

/** The shape of what a format takes, as far as it can be told. */
export function shapeOf(format: Format): FormatShape {
  if (Array.isArray(format)) return { type: 'enum', schema: { enum: [...(format as readonly Literal[])] } };
  if (isBounded(format)) return { type: format.kind, schema: bounded(format) };
  const name = aliases.get(format) ?? format;
  if (typeof name !== 'string') return { type: 'custom', schema: anything };
  return { type: name, schema: schemas.get(name) ?? anything };
}

function bounded({ kind, min, max }: { kind: 'int' | 'number'; min: number; max: number }): JsonSchema {
  return {
    type: kind === 'int' ? 'integer' : 'number',
    ...(min === -Infinity ? {} : { minimum: min }),
    ...(max === Infinity ? {} : { maximum: max }),
  };
}
