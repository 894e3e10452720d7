import {
  KeelsonError,
  longestDelayMs,
  noopLogger,
  noopMeter,
  systemClock,
  type Clock,
  type Logger,
  type Meter,
} from '../../core';
import { addressOf, type Address } from './address';

/** For amqps addresses; PEM texts. What is left out is Node's own default. */
export interface AmqpTls {
  /** Who is trusted. @default the authorities Node knows */
  readonly ca?: string | Buffer;
  /** The client's certificate. @default none */
  readonly cert?: string | Buffer;
  /** Its key. @default none */
  readonly key?: string | Buffer;
  /** Of the key. @default none */
  readonly passphrase?: string;
  /** The name that the server's certificate must have. @default the host's name */
  readonly servername?: string;
}

/** Options of {@link amqpTransport}. */
export interface AmqpOptions {
  /** The brokers, such as `amqp://user:password@rabbit:5672/vhost`; the next one is tried when one is away. */
  readonly url: string | readonly string[];
  /** The service, for the names of its connections. @default 'keelson' */
  readonly service?: string;
  /** @default Node's own */
  readonly tls?: AmqpTls;
  /** What queues are declared as; those of RabbitMQ 3.10 and later can be either. @default 'quorum' */
  readonly queueType?: 'quorum' | 'classic';
  /** False: somebody else declares exchanges and queues, they are only checked. @default true */
  readonly declare?: boolean;
  /** Publishes that the broker has not confirmed, at most; 10 to 65535. A tenth is kept for retries and dead letters. @default 1000 */
  readonly maxOutstanding?: number;
  /** Publishes that are on their way or wait for the broker, in bytes, 1024 or more; more fail with PUBLISH_BUFFER_FULL. @default 33554432 (32 MiB) */
  readonly maxBuffered?: number;
  /** Commands that wait for their reply, at most; more fail with PUBLISH_BUFFER_FULL. @default 10000 */
  readonly maxRequests?: number;
  /** A broker that says nothing for two of these is gone, in ms, 1000 to 600000 in whole seconds. @default 5000 */
  readonly heartbeatMs?: number;
  /** The most that connecting may take, in ms, 1 or more. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** 0 to below 1, for jitter. @default Math.random */
  readonly random?: () => number;
  /** @default writes nothing */
  readonly log?: Logger;
  /** @default counts nothing */
  readonly meter?: Meter;
}

/** {@link AmqpOptions}, checked and complete. */
export interface ResolvedOptions extends Required<Omit<AmqpOptions, 'url'>> {
  readonly addresses: readonly Address[];
}

const defaults = Object.freeze({
  service: 'keelson',
  queueType: 'quorum',
  declare: true,
  maxOutstanding: 1_000,
  maxBuffered: 33_554_432,
  maxRequests: 10_000,
  heartbeatMs: 5_000,
  connectTimeoutMs: 5_000,
});

/** @throws CONFIG_INVALID, which names every option that is wrong */
export function resolveOptions(options: AmqpOptions): ResolvedOptions {
  const problems: string[] = [];
  const number = (name: NumberOption, least: number, most = longestDelayMs): number => {
    const value: unknown = options[name] ?? defaults[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    problems.push(`${name} must be a whole number from ${least} to ${most}`);
    return defaults[name];
  };
  const choice = <T>(name: 'queueType' | 'declare', allowed: readonly T[]): T => {
    const value = (options[name] ?? defaults[name]) as T;
    if (!allowed.includes(value)) problems.push(`${name} must be ${allowed.join(' or ')}`);
    return value;
  };
  const service = options.service ?? defaults.service;
  if (typeof service !== 'string' || service === '' || service.length > 100)
    problems.push('service must be a text of at most 100 characters');
  const resolved = {
    addresses: addressesOf(options.url, problems),
    service,
    tls: tlsOf(options.tls ?? {}, problems),
    queueType: choice('queueType', ['quorum', 'classic'] as const),
    declare: choice('declare', [true, false]),
    maxOutstanding: number('maxOutstanding', 10, 65_535),
    maxBuffered: number('maxBuffered', 1_024, 2 ** 40),
    maxRequests: number('maxRequests', 1, 2 ** 20),
    heartbeatMs: number('heartbeatMs', 1_000, 600_000),
    connectTimeoutMs: number('connectTimeoutMs', 1),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? noopLogger,
    meter: options.meter ?? noopMeter,
  };
  if (resolved.heartbeatMs % 1_000 !== 0) problems.push('heartbeatMs must be whole seconds');
  if (problems.length === 0) return resolved;
  throw new KeelsonError('CONFIG_INVALID', `amqp: ${problems.join('; ')}.`, { retryable: false });
}

type NumberOption = 'maxOutstanding' | 'maxBuffered' | 'maxRequests' | 'heartbeatMs' | 'connectTimeoutMs';

function addressesOf(url: unknown, problems: string[]): readonly Address[] {
  const texts: readonly unknown[] = Array.isArray(url) ? url : [url];
  const addresses = texts.map(addressOf).filter((address) => address !== undefined);
  // The text itself is not shown: there may be a password in it.
  if (texts.length === 0 || addresses.length < texts.length)
    problems.push('url must be one or more addresses like amqp://user:password@host:5672/vhost or amqps://...');
  return addresses;
}

function tlsOf(tls: unknown, problems: string[]): AmqpTls {
  const known = ['ca', 'cert', 'key', 'passphrase', 'servername'];
  const right = (value: unknown): boolean => typeof value === 'string' || Buffer.isBuffer(value);
  if (typeof tls !== 'object' || tls === null || Array.isArray(tls)) {
    problems.push('tls must be a map');
    return {};
  }
  for (const [name, value] of Object.entries(tls))
    if (!known.includes(name) || (value !== undefined && !right(value)))
      problems.push(`tls.${name} must be ${known.includes(name) ? 'a text' : 'left out'}`);
  return Object.freeze({ ...(tls as AmqpTls) });
}
