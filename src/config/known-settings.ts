import { type CompiledFormat, compileFormat } from './compiled-format';
import { ConvictFunctions } from './convict-check';
import { forbiddenNames } from './frozen-copy';
import { type Problems } from './problems';
import { type Format, type Setting } from './setting';
import { isPlainObject, isSecretByName, kindOf, mask, show } from './show';
import { type SchemaPart } from './values';

/** One setting, ready for use. */
export interface KnownSetting {
  /** Dotted path. */
  readonly key: string;
  readonly doc: string;
  readonly format: CompiledFormat;
  /** Converted and frozen; undefined if there is none. */
  readonly fallback: unknown;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly sensitive: boolean;
  /** The schema says that it is not sensitive, so its name does not count. */
  readonly harmless: boolean;
  readonly env: string | undefined;
}

/** All settings there are, and how they nest. */
export interface KnownSettings {
  readonly settings: ReadonlyMap<string, KnownSetting>;
  /** The names in each group, by the path of the group; '' is the root. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** What must hold between settings. */
  readonly checks: readonly NonNullable<SchemaPart['check']>[];
  /** What NODE_ENV says; undefined if nothing. */
  readonly environment: string | undefined;
}

/** Merges schemas. What is wrong with them is added to the problems; the rest is usable. */
export function knownSettings(parts: readonly SchemaPart[], problems: Problems, environment?: string): KnownSettings {
  const reader = new SchemaReader(problems);
  for (const part of parts) reader.group('', part.schema, part.deriveEnv ?? false);
  const checks = parts.flatMap(({ check }) => check ?? []);
  return { settings: reader.settings, groups: reader.groups, checks, environment };
}

/** The path of a name in a group. */
export function pathOf(group: string, name: string): string {
  return group === '' ? name : `${group}.${name}`;
}

/** `http.bodyLimit` is HTTP_BODY_LIMIT. */
export function derivedEnv(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return words.replace(/[^A-Za-z0-9]/g, '_').toUpperCase();
}

class SchemaReader {
  readonly settings = new Map<string, KnownSetting>();
  readonly groups = new Map<string, Set<string>>([['', new Set()]]);
  readonly #problems: Problems;
  readonly #functions = new ConvictFunctions();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  group(path: string, group: Readonly<Record<string, unknown>>, deriveEnv: boolean): void {
    const names = this.groups.get(path) ?? new Set();
    this.groups.set(path, names);
    for (const [name, node] of Object.entries(group)) {
      const key = pathOf(path, name);
      if (!this.#isGood(key, name, node)) continue;
      names.add(name);
      if (isSetting(node)) this.#setting(key, node, deriveEnv);
      else this.group(key, node, deriveEnv);
    }
  }

  #isGood(key: string, name: string, node: unknown): node is Record<string, unknown> {
    if (forbiddenNames.has(name) || !/^[\p{L}\p{N}_$-]+$/u.test(name)) {
      this.#wrong(key, 'a name of letters, digits, _, $ and -', 'another name', 'Rename it in the schema.');
    } else if (!isPlainObject(node)) {
      this.#wrong(key, 'a setting or a group of settings', kindOf(node), 'Write { doc, format, default }.');
    } else if (this.settings.has(key) || (isSetting(node) && this.groups.has(key))) {
      this.#wrong(key, 'a name that is not taken', 'the name of another setting or group', 'Rename it in the schema.');
    } else {
      return true;
    }
    return false;
  }

  #setting(key: string, node: Setting, deriveEnv: boolean): void {
    const env = node.env ?? (deriveEnv ? derivedEnv(key) : undefined);
    if (env !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) {
      this.#wrong(key, 'the name of an environment variable as `env`', 'another text', 'Use letters, digits and _.');
    }
    const sensitive = node.sensitive === true;
    const nullable = node.nullable ?? (node.default === null && node.required !== true);
    const format = this.#format(key, node);
    this.settings.set(key, {
      key,
      doc: typeof node.doc === 'string' ? node.doc : '',
      format,
      fallback: this.#fallback(key, node, format, nullable),
      required: node.required === true,
      nullable,
      sensitive,
      harmless: node.sensitive === false,
      env,
    });
  }

  #format(key: string, node: Setting): CompiledFormat {
    const format: unknown = node.format ?? formatOf(node.default);
    const compiled = isFormat(format) ? compileFormat(format, node.default, this.#functions) : undefined;
    if (compiled !== undefined) return compiled;
    const got = format === undefined ? 'none' : show(format);
    this.#wrong(
      key,
      'a known format',
      got,
      'Use a format of docs/configuration.md, or add yours with convict.addFormat.',
    );
    return compileFormat('*', undefined, this.#functions) as CompiledFormat;
  }

  /** A default of null on a required setting says that there is no default: convict users write so. */
  #fallback(key: string, node: Setting, format: CompiledFormat, nullable: boolean): unknown {
    if (node.default === undefined) return undefined;
    if (node.default === null) return nullable ? null : undefined;
    const verdict = format.convert(node.default, false);
    if ('value' in verdict) return verdict.value;
    const sensitive = node.sensitive === true || (node.sensitive !== false && isSecretByName(key, node.default));
    const expected = sensitive ? format.expected : verdict.refused;
    this.#wrong(key, expected, sensitive ? mask : show(node.default), 'Correct the default.');
    return undefined;
  }

  #wrong(key: string, expected: string, got: string, advice: string): void {
    this.#problems.add({ key, source: 'the schema', expected, got, advice });
  }
}

/** A group may have a setting called `format` or `doc`: that is an object, and what a setting says there never is. */
function isSetting(node: Record<string, unknown>): node is Record<string, unknown> & Setting {
  return isFormat(node['format']) || typeof node['doc'] === 'string';
}

function isFormat(format: unknown): format is Format {
  return typeof format === 'string' || typeof format === 'function' || Array.isArray(format);
}

/** Where a schema names no format, the type of the default is meant. */
function formatOf(fallback: unknown): string | undefined {
  if (Array.isArray(fallback)) return 'array';
  if (isPlainObject(fallback)) return 'map';
  return ['string', 'number', 'boolean'].find((type) => typeof fallback === type);
}
