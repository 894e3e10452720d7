import { noopLogger, systemClock, type Clock, type Logger } from '../core';
import { definitionError } from './metric-error';

/** Who the metrics are about; the labels of `keelson_service_info`. */
export interface MetricsService {
  /** Name of the service. Not empty. */
  name: string;
  /** Version of the service. */
  version: string;
  /** Tells this process from other processes of the service. */
  instance: string;
}

/** What {@link createMetrics} takes. */
export interface MetricsOptions {
  /** Who the metrics are about. */
  service: MetricsService;
  /**
   * How many series (different label values) one metric may have, 1 to 1,000,000. What comes after is counted in one series whose
   * labels all read `_overflow`.
   * @default 2000
   */
  maxSeries?: number;
  /** Length at which a label value is cut, in UTF-16 units, 8 to 65,536. @default 256 */
  maxLabelLength?: number;
  /** How long one `collect` function may take within a scrape, in milliseconds, 1 to 60,000; then its metric is left out. @default 1000 */
  collectTimeoutMs?: number;
  /** Measure the process and Node.js itself too? @default true */
  runtime?: boolean;
  /** Masks secrets in label values and help texts, once per series. If it throws, the text is left out. @default everything is shown */
  redact?: (text: string) => string;
  /** Told about metrics that overflow or fail, once each. @default writes nothing */
  logger?: Logger;
  /** Where time comes from. @default the machine's */
  clock?: Clock;
}

/** Options with every default filled in. */
export type ResolvedMetricsOptions = Readonly<Required<MetricsOptions>>;

const defaults = Object.freeze({
  maxSeries: 2000,
  maxLabelLength: 256,
  collectTimeoutMs: 1000,
  runtime: true,
  redact: (text: string) => text,
  logger: noopLogger,
  clock: systemClock,
});

/**
 * Checks the options and fills in the defaults.
 *
 * @throws CONFIG_INVALID
 */
export function resolveMetricsOptions(options: MetricsOptions): ResolvedMetricsOptions {
  const { name, version, instance } = options.service;
  for (const [key, value] of Object.entries({ name, version, instance })) {
    if (typeof value !== 'string') throw definitionError(`metrics: service.${key} must be a string`);
  }
  if (name === '') throw definitionError('metrics: service.name must not be empty');
  return Object.freeze({
    service: Object.freeze({ name, version, instance }),
    maxSeries: whole('maxSeries', options.maxSeries ?? defaults.maxSeries, 1, 1_000_000),
    maxLabelLength: whole('maxLabelLength', options.maxLabelLength ?? defaults.maxLabelLength, 8, 65_536),
    collectTimeoutMs: whole('collectTimeoutMs', options.collectTimeoutMs ?? defaults.collectTimeoutMs, 1, 60_000),
    runtime: options.runtime ?? defaults.runtime,
    redact: options.redact === undefined ? defaults.redact : safely(options.redact),
    logger: options.logger ?? defaults.logger,
    clock: options.clock ?? defaults.clock,
  });
}

/** Counting must not fail because masking does. */
function safely(redact: NonNullable<MetricsOptions['redact']>): NonNullable<MetricsOptions['redact']> {
  return (text) => {
    try {
      return redact(text);
    } catch {
      return '[redaction failed]';
    }
  };
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw definitionError(`metrics: ${name} must be a whole number from ${least} to ${most}`, { option: name });
}
