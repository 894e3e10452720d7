import { type transport as WinstonTransport } from 'winston';
import { createRedactor, currentScope, KeelsonError, noopMeter, systemClock } from '../core';
import { type Clock, type LogLevel, type Meter, type Redactor } from '../core';
import { isLogLevel } from './levels';
import { type LogOutput } from './sink';

export { type WinstonTransport };

/** Which piece of work a line belongs to. */
export interface Correlation {
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly requestId?: string | undefined;
}

/** What logging is made from. */
export interface LoggingOptions {
  /** The service's name, on every line. */
  service: string;
  /** Its version. @default none */
  version?: string;
  /** Which running process of the service this is. @default none */
  instance?: string;
  /** Level of the root logger. @default 'info' */
  level?: LogLevel;
  /** `json`: one object per line. `pretty`: for people. @default 'json' */
  format?: 'json' | 'pretty';
  /** Colours in pretty lines; the caller knows about terminals and NO_COLOR. @default false */
  colors?: boolean;
  /** Masks secrets. @default createRedactor() */
  redact?: Redactor;
  /** Where lines go. @default process.stdout */
  out?: LogOutput;
  /** How much may wait for `out`, in bytes, 1024 or more; beyond it lines are dropped and counted. @default 1048576 */
  maxBuffered?: number;
  /** winston transports beside stdout; a `level` of their own is respected. They are ended by `close()`. @default none */
  transports?: readonly WinstonTransport[];
  /** @default systemClock */
  clock?: Clock;
  /** Counts lost lines. May be given later with `setMeter`. @default none */
  meter?: Meter;
  /** Asked for each line. @default the ids of the scope that the line is written in */
  correlate?: () => Correlation | undefined;
  /** Share of access lines that are written, 0 to 1, chosen by trace; answers of 500 and above always are. @default 1 */
  accessSample?: number;
}

/** All options, checked. */
export interface ResolvedOptions extends Required<Omit<LoggingOptions, 'version' | 'instance'>> {
  readonly version: string | undefined;
  readonly instance: string | undefined;
}

const defaults = Object.freeze({
  level: 'info',
  format: 'json',
  colors: false,
  maxBuffered: 1_048_576,
  accessSample: 1,
} as const);

/** @throws KeelsonError CONFIG_INVALID */
export function resolveOptions(options: LoggingOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    service: options.service,
    version: options.version,
    instance: options.instance,
    level: options.level ?? defaults.level,
    format: options.format ?? defaults.format,
    colors: options.colors ?? defaults.colors,
    redact: options.redact ?? createRedactor(),
    out: options.out ?? process.stdout,
    maxBuffered: options.maxBuffered ?? defaults.maxBuffered,
    transports: [...(options.transports ?? [])],
    clock: options.clock ?? systemClock,
    meter: options.meter ?? noopMeter,
    correlate: options.correlate ?? scopeIds,
    accessSample: options.accessSample ?? defaults.accessSample,
  };
  check(typeof resolved.service === 'string' && resolved.service !== '', 'service is a name');
  check(isLogLevel(resolved.level), 'level is debug, info, warn or error');
  check(resolved.format === 'json' || resolved.format === 'pretty', 'format is json or pretty');
  check(resolved.maxBuffered >= 1024, 'maxBuffered is 1024 bytes or more');
  check(resolved.accessSample >= 0 && resolved.accessSample <= 1, 'accessSample is 0 to 1');
  return resolved;
}

function check(holds: boolean, rule: string): void {
  if (!holds) throw new KeelsonError('CONFIG_INVALID', `Logging: ${rule}`, { retryable: false });
}

function scopeIds(): Correlation | undefined {
  const scope = currentScope();
  if (scope === undefined) return undefined;
  const { trace, work } = scope;
  return { traceId: trace?.traceId ?? work?.traceId, spanId: trace?.spanId, requestId: work?.requestId };
}
