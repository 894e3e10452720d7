import { type HistogramOptions, type MetricOptions } from '../core';
import { definitionError } from './metric-error';

/** What kind of metric it is, in Prometheus' words. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** Bounds for durations in seconds, the ones that OpenTelemetry advises for HTTP. */
const defaultBuckets: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]);

/** More buckets than this are a mistake: each is a line per series and scrape. */
const mostBuckets = 500;
const mostLabels = 30;
const longestName = 200;

const metricName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const suffixesOfOthers = ['_total', '_bucket', '_sum', '_count', '_created'];
const reservedLabels = ['le', 'quantile'];

/**
 * Checks name, help and label names by the rules of Prometheus and OpenMetrics.
 *
 * @throws CONFIG_INVALID, saying what to change
 */
export function checkDefinition(type: MetricType, options: MetricOptions): void {
  const { name, help } = options;
  if (typeof name !== 'string' || name.length > longestName || !metricName.test(name)) {
    throw wrong(name, 'name must match [a-zA-Z_][a-zA-Z0-9_]* (the colon is kept for recording rules)');
  }
  if (typeof help !== 'string' || help.trim() === '')
    throw wrong(name, 'help must say in one sentence what is measured');
  if (type === 'counter' && (!name.endsWith('_total') || name === '_total')) {
    throw wrong(name, `name of a counter must end in _total: try ${name}_total`);
  }
  const suffix = type === 'counter' ? undefined : suffixesOfOthers.find((end) => name.endsWith(end));
  if (suffix !== undefined) throw wrong(name, `name of a ${type} must not end in ${suffix}, which other types use`);
  checkLabelNames(name, options.labels ?? []);
}

function checkLabelNames(metric: string, labels: readonly string[]): void {
  if (labels.length > mostLabels) throw wrong(metric, `has more than ${mostLabels} labels`);
  for (const label of labels) {
    if (typeof label !== 'string' || !labelName.test(label)) {
      throw wrong(metric, `label ${String(label)} must match [a-zA-Z_][a-zA-Z0-9_]* and not begin with __`);
    }
    if (reservedLabels.includes(label)) throw wrong(metric, `label ${label} is reserved by Prometheus`);
  }
  if (new Set(labels).size !== labels.length) throw wrong(metric, 'names a label twice');
}

/**
 * The upper bounds of a histogram's buckets, without the last, infinite one.
 *
 * @throws CONFIG_INVALID unless they are finite and ascending
 */
export function resolveBuckets(options: HistogramOptions): readonly number[] {
  const given = options.buckets ?? defaultBuckets;
  const bounds = given.at(-1) === Infinity ? given.slice(0, -1) : given.slice();
  if (bounds.length === 0 || bounds.length > mostBuckets) {
    throw wrong(options.name, `must have 1 to ${mostBuckets} buckets`);
  }
  for (const [index, bound] of bounds.entries()) {
    if (!Number.isFinite(bound)) throw wrong(options.name, 'buckets must be finite numbers');
    if (index > 0 && bound <= (bounds[index - 1] as number)) throw wrong(options.name, 'buckets must ascend');
  }
  return Object.freeze(bounds);
}

/** Every name that a metric takes up in either format: two metrics that share one cannot be exposed together. */
export function namesTaken(name: string, type: string): readonly string[] {
  switch (type) {
    case 'counter': {
      const base = familyName(name, type);
      return [base, `${base}_total`, `${base}_created`];
    }
    case 'histogram':
      return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`, `${name}_created`];
    case 'summary':
      return [name, `${name}_sum`, `${name}_count`, `${name}_created`];
    default:
      return [name];
  }
}

/** What OpenMetrics calls the metric: a counter goes without its `_total` there, which belongs to the sample. */
export function familyName(name: string, type: string): string {
  return type === 'counter' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
}

function wrong(metric: unknown, what: string): Error {
  return definitionError(`metric ${String(metric).slice(0, longestName)}: ${what}`, {
    metric: String(metric).slice(0, longestName),
  });
}
