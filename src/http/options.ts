import { KeelsonError, longestDelayMs } from '../core';

/** How the HTTP side behaves. */
export interface HttpOptions {
  /** TCP port, 0 to 65535; 0 takes a free one. @default 3000 */
  port?: number;
  /** Address to listen on. @default '::' (every IPv6 and IPv4 address) */
  host?: string;
  /** Largest JSON or raw body in bytes, after decompression. @default 102400 (100 kB) */
  bodyLimit?: number;
  /** Paths whose body stays a Buffer, for signatures: exact, or ending with `/*`. @default none */
  rawBody?: readonly string[];
  /** Media types beside JSON that are let through unread, for a parser of the service's own. @default none: they are answered 415 */
  bodyTypes?: readonly string[];
  /** Express's `trust proxy`: true, a number of hops, or addresses. @default false */
  trustProxy?: boolean | number | readonly string[];
  /** Deadline in ms of a request that brought none, 1 or more. @default 30000 */
  timeoutMs?: number;
  /** Requests handled at once, 1 or more; one more is answered 503. Probes are not counted. @default 1000 */
  maxInFlight?: number;
  /** Time in ms for the request line and headers to arrive, 1000 or more. @default 10000 */
  headersTimeoutMs?: number;
  /** Time in ms for the whole request with its body to arrive, at least `headersTimeoutMs`. @default 30000 */
  requestTimeoutMs?: number;
  /** Idle time in ms after which a kept-alive connection is closed, 0: never; longer than that of the balancer in front. @default 65000 */
  keepAliveTimeoutMs?: number;
  /** Time in ms that a client may leave an answer unread before it is cut, 1000 or more. @default 30000 */
  writeStallMs?: number;
  /** Largest request head in bytes, 1024 or more. @default 16384 */
  maxHeaderBytes?: number;
  /** Most header fields in a request, 1 or more. @default 200 */
  maxHeaderFields?: number;
}

/** Every option with its value. */
export type ResolvedHttpOptions = Required<HttpOptions>;

/** The defaults of {@link HttpOptions}. */
export const httpDefaults: ResolvedHttpOptions = Object.freeze({
  port: 3000,
  host: '::',
  bodyLimit: 100 * 1024,
  rawBody: Object.freeze([]),
  bodyTypes: Object.freeze([]),
  trustProxy: false,
  timeoutMs: 30_000,
  maxInFlight: 1_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  writeStallMs: 30_000,
  maxHeaderBytes: 16 * 1024,
  maxHeaderFields: 200,
});

const ranges: readonly [keyof HttpOptions, number, number][] = [
  ['port', 0, 65_535],
  ['bodyLimit', 0, 1024 ** 3],
  ['timeoutMs', 1, longestDelayMs],
  ['maxInFlight', 1, 1_000_000],
  ['headersTimeoutMs', 1_000, longestDelayMs],
  ['requestTimeoutMs', 1_000, longestDelayMs],
  ['keepAliveTimeoutMs', 0, longestDelayMs],
  ['writeStallMs', 1_000, longestDelayMs],
  ['maxHeaderBytes', 1_024, 1024 ** 2],
  ['maxHeaderFields', 1, 100_000],
];

const texts: readonly [keyof HttpOptions, string, (value: unknown) => boolean][] = [
  ['host', 'a host name or address', (value) => typeof value === 'string' && value !== ''],
  ['rawBody', 'a list of paths that begin with a slash', (value) => isList(value, (path) => path.startsWith('/'))],
  ['bodyTypes', 'a list of media types', (value) => isList(value, (type) => type.includes('/'))],
  [
    'trustProxy',
    'true, false, a number of hops or a list of addresses',
    (value) => typeof value === 'boolean' || isHops(value) || isList(value, (address) => address !== ''),
  ],
];

function isList(value: unknown, fits: (one: string) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && fits(one));
}

function isHops(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/**
 * Fills in the defaults and checks the ranges.
 *
 * @throws CONFIG_INVALID that names every wrong option
 */
export function resolveHttpOptions(options: HttpOptions = {}): ResolvedHttpOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const resolved: ResolvedHttpOptions = { ...httpDefaults, ...Object.fromEntries(given) };
  const wrong: string[] = [];
  for (const [name, expected, fits] of texts) {
    if (!fits(resolved[name])) wrong.push(`http.${name}: expected ${expected}, got ${JSON.stringify(resolved[name])}`);
  }
  for (const [name, low, high] of ranges) {
    const value = resolved[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
      wrong.push(`http.${name}: expected a whole number from ${low} to ${high}, got ${String(value)}`);
    }
  }
  if (resolved.requestTimeoutMs < resolved.headersTimeoutMs) {
    wrong.push('http.requestTimeoutMs: the whole request cannot take less than its headers (http.headersTimeoutMs)');
  }
  if (wrong.length > 0)
    throw new KeelsonError('CONFIG_INVALID', wrong.join('\n'), { retryable: false, details: { errors: wrong } });
  return resolved;
}
