import { type LogFields, type LogLevel, type Redactor } from '../core';
import { quote, toJson } from './escape';

/** The members of a line that no field may claim, in the order in which they stand. */
export const reservedNames: readonly string[] = Object.freeze([
  ...['timestamp', 'level', 'logger', 'message', 'service', 'version', 'instance', 'traceId', 'spanId', 'requestId'],
]);
const reserved: ReadonlySet<string> = new Set([...reservedNames, '__proto__']);

const longestKey = 256;
const cacheSize = 2_000;
/** Longer strings are cut by the redactor's limits. */
const shortString = 1_024;
/** A line takes no further field beyond so many characters. */
const longestLine = 131_072;
/** Of these, what its child loggers may add together. */
const longestBound = 65_536;

interface Name {
  readonly name: string;
  /** `,"name":` */
  readonly json: string;
  /** The key has a say in what is masked: its value is copied together with it. */
  readonly telling: boolean;
}

/** A line as plain data, masked: what pretty lines and winston transports are made from. */
export interface LineRecord {
  timestamp: string;
  level: LogLevel;
  logger?: string | undefined;
  message: string;
  [field: string]: unknown;
}

/** Fields that a child logger adds to each of its lines: masked and written once, when the child is made. */
export interface BoundFields {
  readonly record: Readonly<Record<string, unknown>>;
  readonly json: string;
}

/** Turns fields into the members of a line: named so that none forges another's, masked, bounded. */
export class Fields {
  readonly #redact: Redactor;
  readonly #names = new Map<string, Name>();

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** `,"a":1,"b":"x"`, ready to stand behind other members. `inherited`: characters of the line that are taken by bound fields. */
  json(fields: LogFields, inherited = 0): string {
    const room = longestLine - inherited;
    let out = '';
    const keys = Object.keys(fields);
    for (const key of keys) {
      const value = read(fields, key);
      if (value === undefined) continue;
      const name = this.#nameOf(key);
      const json = this.#value(key, name, value);
      if (json === undefined) continue;
      if (out.length + name.json.length + json.length > room) return `${out},"...":"[Truncated]"`;
      out += name.json + json;
    }
    return out;
  }

  /** The same members as plain data. */
  record(fields: LogFields, room = longestLine): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    let size = 0;
    for (const key of Object.keys(fields)) {
      const name = this.#nameOf(key);
      const value = this.#plain(key, name, read(fields, key));
      if (value === undefined) continue;
      size += name.json.length + (typeof value === 'object' || typeof value === 'string' ? toJson(value).length : 8);
      if (size > room) {
        out['...'] = '[Truncated]';
        break;
      }
      out[name.name] = value;
    }
    return out;
  }

  /** What a child adds to its parent's fields. */
  bind(parent: BoundFields | undefined, fields: LogFields): BoundFields {
    const record = { ...parent?.record, ...this.record(fields, longestBound - (parent?.json.length ?? 0)) };
    return { record, json: membersOf(record) };
  }

  /** Bound fields, without those that the line itself has: a key twice in one object means nothing. */
  boundJson(bound: BoundFields, fields: LogFields | undefined): string {
    if (fields === undefined) return bound.json;
    let rest: Record<string, unknown> | undefined;
    for (const key of Object.keys(fields)) {
      const { name } = this.#nameOf(key);
      if (!Object.hasOwn(bound.record, name) || read(fields, key) === undefined) continue;
      rest ??= { ...bound.record };
      delete rest[name];
    }
    return rest === undefined ? bound.json : membersOf(rest);
  }

  /** A message, masked and cut. */
  text(text: string): string {
    if (text.length <= shortString) return this.#redact.text(text);
    return this.#redact.value(text) as string;
  }

  #value(key: string, name: Name, value: unknown): string | undefined {
    if (!name.telling) {
      if (typeof value === 'string' && value.length <= shortString) return quote(this.#redact.text(value));
      if (typeof value === 'number' && Number.isFinite(value)) return String(value);
      if (typeof value === 'boolean') return value ? 'true' : 'false';
    }
    const plain = this.#plain(key, name, value);
    return plain === undefined ? undefined : toJson(plain);
  }

  #plain(key: string, name: Name, value: unknown): unknown {
    if (!name.telling) return this.#redact.value(value);
    const masked = this.#redact.value({ [key]: value });
    return typeof masked === 'object' && masked !== null ? Object.values(masked)[0] : masked;
  }

  #nameOf(key: string): Name {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const short = key.length > longestKey ? `${key.slice(0, longestKey)}...` : key;
    // `field.` in front of `field.` too: else a field `field.level` could pass for a renamed `level`.
    const name = this.#redact.text(reserved.has(short) || short.startsWith('field.') ? `field.${short}` : short);
    const telling = key === 'rawHeaders' || key === 'headers' || this.#redact.isSecretKey(key);
    const made: Name = { name, json: `,${quote(name)}:`, telling };
    if (this.#names.size >= cacheSize) this.#names.clear();
    if (key.length <= longestKey) this.#names.set(key, made);
    return made;
  }
}

/** Plain data as the members of an object that has others before them. */
export function membersOf(record: Readonly<Record<string, unknown>>): string {
  let out = '';
  for (const key of Object.keys(record)) out += `,${quote(key)}:${toJson(record[key])}`;
  return out;
}

function read(fields: LogFields, key: string): unknown {
  try {
    return fields[key];
  } catch {
    return '[Threw]';
  }
}
