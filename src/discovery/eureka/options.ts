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
import { type EurekaServer, eurekaServer } from './eureka-server';

/** Options of {@link createEurekaRegistry}. */
export interface EurekaOptions {
  /** The servers, such as `http://user:password@registry:8761/eureka`: one or more, in the order in which they are asked. */
  readonly urls: readonly string[];
  /** Where this process runs; said of a registered instance that has no zone of its own. @default none */
  readonly zone?: string;
  /** Between two fetches of the registry, in milliseconds, 100 or more. @default 30000 */
  readonly fetchIntervalMs?: number;
  /** Between two heartbeats, in milliseconds, 100 or more. The server takes out who missed three. @default 30000 */
  readonly renewIntervalMs?: number;
  /** The most that one request may take, its body included, in milliseconds; less than both intervals. @default a third of the shorter interval, 5000 at most */
  readonly requestTimeoutMs?: number;
  /** The most that connecting may take, in milliseconds. @default 1000, or requestTimeoutMs if that is less */
  readonly connectTimeoutMs?: number;
  /** The longest answer, in bytes, unzipped. @default 33554432 (32 MiB: some 20,000 instances) */
  readonly maxResponseBytes?: number;
  /** Said of a registered instance beside its own metadata, which wins. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** 0 to below 1, for jitter. @default Math.random */
  readonly random?: () => number;
  /** @default writes nothing */
  readonly log?: Logger;
  /** @default counts nothing */
  readonly meter?: Meter;
}

/** {@link EurekaOptions}, checked and complete. */
export interface ResolvedOptions extends Required<Omit<EurekaOptions, 'urls' | 'zone'>> {
  readonly servers: readonly EurekaServer[];
  readonly zone: string | undefined;
}

const defaults = Object.freeze({
  fetchIntervalMs: 30_000,
  renewIntervalMs: 30_000,
  requestTimeoutMs: 5_000,
  connectTimeoutMs: 1_000,
  maxResponseBytes: 33_554_432,
});

/** @throws CONFIG_INVALID */
export function resolveOptions(options: EurekaOptions): ResolvedOptions {
  if (!Array.isArray(options.urls) || options.urls.length === 0)
    throw invalid('urls must be a list with an address or more');
  const fetchIntervalMs = within('fetchIntervalMs', options.fetchIntervalMs ?? defaults.fetchIntervalMs, 100);
  const renewIntervalMs = within('renewIntervalMs', options.renewIntervalMs ?? defaults.renewIntervalMs, 100);
  const shorter = Math.min(fetchIntervalMs, renewIntervalMs);
  const usual = Math.min(defaults.requestTimeoutMs, Math.floor(shorter / 3));
  const requestTimeoutMs = within('requestTimeoutMs', options.requestTimeoutMs ?? usual, 1, shorter - 1);
  const connect = options.connectTimeoutMs ?? Math.min(defaults.connectTimeoutMs, requestTimeoutMs);
  return {
    servers: [...new Set(options.urls as readonly string[])].map(eurekaServer),
    zone: zoneOf(options.zone),
    fetchIntervalMs,
    renewIntervalMs,
    requestTimeoutMs,
    connectTimeoutMs: within('connectTimeoutMs', connect, 1, requestTimeoutMs),
    maxResponseBytes: within('maxResponseBytes', options.maxResponseBytes ?? defaults.maxResponseBytes, 1024, 2 ** 30),
    metadata: metadataOf(options.metadata ?? {}),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? noopLogger,
    meter: options.meter ?? noopMeter,
  };
}

function within(option: string, value: unknown, least: number, most = longestDelayMs): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(`${option} must be a number from ${least} to ${most}, not ${shown(value)}`);
}

function zoneOf(zone: unknown): string | undefined {
  if (zone === undefined || (typeof zone === 'string' && zone !== '')) return zone;
  throw invalid(`zone must be a text, not ${shown(zone)}`);
}

function metadataOf(metadata: unknown): Readonly<Record<string, string>> {
  const plain = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  if (!plain || Object.values(metadata).some((value) => typeof value !== 'string'))
    throw invalid('metadata must be a map of texts');
  return Object.freeze({ ...metadata });
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : value === '' ? 'an empty text' : typeof value;
}

function invalid(problem: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `eureka: ${problem}.`, { retryable: false });
}
