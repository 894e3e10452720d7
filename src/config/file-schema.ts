import { type JsonSchema } from './format-shape';
import { type KnownSetting, type KnownSettings, pathOf } from './known-settings';
import { mask, redactorForValues, shown } from './show';
import { whereSettings } from './where';

/** Of JSON files, for editors. */
export const schemaName = '$schema';

/** The JSON Schema of a configuration file: every setting that a file may give, and nothing else. Nothing is required: another source may give it. */
export function fileSchema(known: KnownSettings): JsonSchema {
  const redactor = redactorForValues();
  const group = (path: string): JsonSchema => {
    const properties: Record<string, JsonSchema> = path === '' ? { [schemaName]: { type: 'string' } } : {};
    for (const name of known.groups.get(path) ?? []) {
      const key = pathOf(path, name);
      const setting = known.settings.get(key);
      if ((whereSettings as readonly string[]).includes(key)) continue;
      properties[name] = setting === undefined ? group(key) : schemaOf(setting, redactor);
    }
    return { type: 'object', properties, additionalProperties: false };
  };
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...group('') };
}

function schemaOf(
  { key, doc, format, nullable, fallback, sensitive, harmless }: KnownSetting,
  redactor: ReturnType<typeof redactorForValues>,
): JsonSchema {
  const value = shown(fallback, sensitive, harmless ? undefined : key, redactor);
  const isShown = value !== undefined && value !== null && !JSON.stringify(value).includes(mask);
  return {
    description: doc === '' ? format.expected : `${doc} (${format.expected})`,
    ...(nullable ? orNull(format.schema) : format.schema),
    ...(isShown ? { default: value } : {}),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, anyOf } = schema;
  if (Array.isArray(values)) return { ...schema, enum: [...(values as unknown[]), null] };
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...(anyOf as unknown[]), { type: 'null' }] };
  return { ...schema, type: [type, 'null'].flat() };
}
