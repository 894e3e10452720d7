import { types } from 'node:util';
import { type SecretKeys } from './redact-keys';
import { mask } from './redact-text';

/** How much of a value is copied. */
export interface RedactLimits {
  /** Levels of nesting. @default 8 */
  depth: number;
  /** Members of one object, elements of one array. @default 200 */
  width: number;
  /** Characters of one string. @default 8192 */
  string: number;
  /** Characters of the whole copy, about. @default 65536 */
  total: number;
  /** Links of a chain of causes. @default 8 */
  causes: number;
}

const truncated = '[Truncated]';
/** Text is masked a little beyond where it is cut, so that a secret on the border is seen whole. */
const margin = 4_096;
/** Members that a `name` or `key` beside them names. */
const labelled: ReadonlySet<string> = new Set(['value', 'args']);
const errorMembers: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'code', 'cause', 'errors']);

/** One deep copy to plain data that JSON can carry. It is hostile input that is copied: anything may throw, loop or be endless. */
export class PlainCopy {
  readonly #keys: SecretKeys;
  readonly #text: (text: string) => string;
  readonly #limits: RedactLimits;
  readonly #path: object[] = [];
  #left: number;
  #causes = 0;

  constructor(keys: SecretKeys, text: (text: string) => string, limits: RedactLimits) {
    this.#keys = keys;
    this.#text = text;
    this.#limits = limits;
    this.#left = limits.total;
  }

  any(value: unknown, depth = 0): unknown {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        this.#left -= 8;
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
      case 'symbol':
        return this.#string(String(value));
      case 'function':
        return this.#function(value);
      case 'object':
        return value === null ? null : this.#object(value, depth);
      case 'boolean':
      case 'undefined':
        return value;
    }
  }

  #string(value: string): string {
    const limit = Math.max(0, Math.min(this.#limits.string, this.#left));
    let out: string;
    if (value.length <= limit) {
      out = this.#text(value);
    } else {
      out = `${this.#text(value.slice(0, limit + margin)).slice(0, limit)}... [${value.length - limit} more characters]`;
    }
    this.#left -= out.length + 2;
    return out;
  }

  #function(value: object): string {
    const name = read(value, 'name');
    return this.#string(typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]');
  }

  #object(value: object, depth: number): unknown {
    if (this.#path.includes(value)) return '[Circular]';
    if (this.#left <= 0 || depth > this.#limits.depth) return truncated;
    this.#left -= 2;
    this.#path.push(value);
    try {
      return this.#shape(value, depth);
    } catch {
      return '[Threw]';
    } finally {
      this.#path.pop();
    }
  }

  #shape(value: object, depth: number): unknown {
    if (types.isProxy(value)) return this.#byShape(value, depth);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[Buffer ${value.byteLength} bytes]`;
    if (types.isDate(value)) return isoDate(value);
    if (types.isRegExp(value)) return this.#string(RegExp.prototype.toString.call(value));
    if (types.isPromise(value)) return '[Promise]';
    if (types.isBoxedPrimitive(value)) return this.any(value.valueOf(), this.#limits.depth);
    return this.#byShape(value, depth);
  }

  #byShape(value: object, depth: number): unknown {
    if (isError(value)) return this.#error(value, depth);
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (types.isSet(value)) return this.#list(value, value.size, depth);
    if (types.isMap(value) || isEntries(value)) return this.#entries(value, depth);
    const bytes = read(value, 'type') === 'Buffer' ? read(value, 'data') : undefined;
    if (Array.isArray(bytes)) return `[Buffer ${bytes.length} bytes]`;
    const toJson = read(value, 'toJSON');
    if (typeof toJson === 'function') {
      const plain: unknown = Reflect.apply(toJson, value, []);
      // Its result is not asked again: a toJSON that returns its own kind would never end.
      return typeof plain === 'object' && plain !== null && plain !== value
        ? this.#nested(plain, depth)
        : this.#flat(plain, value, depth);
    }
    return this.#fields(value, Object.keys(value), depth);
  }

  #nested(plain: object, depth: number): unknown {
    if (typeof read(plain, 'toJSON') !== 'function' || types.isDate(plain)) return this.#object(plain, depth + 1);
    return this.#fields(plain, Object.keys(plain), depth + 1);
  }

  #flat(plain: unknown, value: object, depth: number): unknown {
    return plain === value ? this.#fields(value, Object.keys(value), depth) : this.any(plain, depth + 1);
  }

  #error(error: object, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const key of ['name', 'message', 'stack', 'code']) {
      const value = read(error, key);
      if (value !== undefined) out[key] = this.any(value, depth + 1);
    }
    const own = Object.keys(error).filter((key) => !errorMembers.has(key));
    const cause = read(error, 'cause');
    if (cause !== undefined) out['cause'] = this.#cause(cause, depth);
    const errors = read(error, 'errors');
    if (Array.isArray(errors)) out['errors'] = this.any(errors, depth + 1);
    else if (errors !== undefined) put(out, 'errors', this.any(errors, depth + 1));
    return this.#fields(error, own, depth, out);
  }

  /** A chain of causes is as deep as its own limit allows: it counts as one level. */
  #cause(cause: unknown, depth: number): unknown {
    if (this.#causes >= this.#limits.causes) return truncated;
    this.#causes += 1;
    try {
      return this.any(cause, depth);
    } finally {
      this.#causes -= 1;
    }
  }

  #list(items: Iterable<unknown>, size: number, depth: number): unknown[] {
    const out: unknown[] = [];
    // [name, value] pairs, as headers come in: the name says whether the value is a secret.
    let name: unknown = undefined;
    const around = this.#path.at(-2);
    const pairs = size === 2 && (Array.isArray(around) || types.isSet(around));
    for (const item of items) {
      if (out.length >= this.#limits.width || this.#left <= 0) {
        out.push(`[${size - out.length} more]`);
        break;
      }
      out.push(
        pairs && out.length === 1 && typeof name === 'string'
          ? this.#member(name, item, depth)
          : this.any(item, depth + 1),
      );
      if (out.at(-1) === undefined) out[out.length - 1] = null;
      name = item;
    }
    return out;
  }

  #entries(map: Iterable<unknown>, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    let count = 0;
    for (const entry of map) {
      if (count++ >= this.#limits.width || this.#left <= 0) {
        put(out, '...', truncated);
        break;
      }
      if (!Array.isArray(entry)) continue;
      const name: unknown = entry[0];
      const key = typeof name === 'string' ? name : keyText(name, count);
      put(out, this.#key(key), this.#member(key, entry[1], depth));
    }
    return out;
  }

  #fields(
    value: object,
    keys: readonly string[],
    depth: number,
    out: Record<string, unknown> = {},
  ): Record<string, unknown> {
    let count = 0;
    const label = keys.some((key) => labelled.has(key)) ? labelOf(value) : undefined;
    for (const key of keys) {
      if (count >= this.#limits.width || this.#left <= 0) {
        put(out, '...', `[${keys.length - count} more]`);
        break;
      }
      count += 1;
      const name = label !== undefined && labelled.has(key) && this.#keys.kind(label) !== 'plain' ? label : key;
      const copy = this.#member(name, this.#headers(key, read(value, key)), depth);
      if (copy !== undefined) put(out, this.#key(key), copy);
    }
    return out;
  }

  /** Flat lists of headers (name, value, name, value), as node:http and undici have them, in pairs. */
  #headers(key: string, value: unknown): unknown {
    if (key === 'rawHeaders') return pairsOf(value);
    if (key !== 'headers' || !Array.isArray(value)) return value;
    const isSecret = (name: unknown, i: number): boolean =>
      i % 2 === 0 && typeof name === 'string' && this.#keys.kind(name) !== 'plain';
    return value.some(isSecret) ? pairsOf(value) : value;
  }

  #key(key: string): string {
    this.#left -= 4;
    return this.#string(key);
  }

  #member(key: string, value: unknown, depth: number): unknown {
    if (value === undefined || value === null || value === '' || typeof value === 'boolean') return value;
    const kind = this.#keys.kind(key);
    if (kind === 'plain') return this.any(value, depth + 1);
    return kind === 'count' && typeof value === 'number' ? this.any(value, depth + 1) : mask;
  }
}

function isError(value: object): boolean {
  return types.isNativeError(value) || value instanceof Error || read(value, Symbol.toStringTag) === 'DOMException';
}

/** A getter that throws is a member like any other. */
function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[Threw]';
  }
}

/** `__proto__` becomes a member and changes no prototype. */
function put(out: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  else out[key] = value;
}

/** A Map's key that is no string: objects have no name that would mean anything. */
function keyText(key: unknown, index: number): string {
  const plain =
    typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' || typeof key === 'symbol';
  return plain ? String(key) : `[key ${index}]`;
}

function isoDate(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}

/** Things of the platform that keep their content out of sight: their entries are what they are. */
function isEntries(value: object): value is Iterable<unknown> {
  const tag = read(value, Symbol.toStringTag);
  return (tag === 'Headers' || tag === 'URLSearchParams' || tag === 'FormData') && Symbol.iterator in value;
}

/** `{ name: 'password', value: 'x' }`: a member that its neighbour names. */
function labelOf(value: object): string | undefined {
  const label = read(value, 'name') ?? read(value, 'key');
  return typeof label === 'string' ? label : undefined;
}

function pairsOf(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const pairs: unknown[] = [];
  for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
  return pairs;
}
