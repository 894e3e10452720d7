import { type Metric } from 'prom-client';
import {
  type Clock,
  type CounterSeries,
  type GaugeOptions,
  type HistogramOptions,
  type Logger,
  type Meter,
  type MetricOptions,
} from '../core';
import { CounterFamily } from './counter';
import { checkDefinition, namesTaken, resolveBuckets, type MetricType } from './definition';
import { type Family, type AnySeries, type FamilyContext } from './family';
import { GaugeFamily } from './gauge';
import { HistogramFamily } from './histogram';
import { definitionError } from './metric-error';
import { type MetricRegistry } from './registry';

/** What the store needs. */
export interface FamilyStoreOptions {
  readonly registry: MetricRegistry;
  readonly maxSeries: number;
  readonly maxLabelLength: number;
  readonly redact: (text: string) => string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Makes metrics and keeps them in the registry, which alone knows what there is. */
export class FamilyStore implements Meter {
  readonly #options: FamilyStoreOptions;
  /** Series that were folded into overflow series; it has one series per metric and cannot overflow into itself. */
  readonly #dropped: CounterFamily;
  /** Metrics that were left out of a scrape. */
  readonly failures: CounterFamily;

  constructor(options: FamilyStoreOptions) {
    this.#options = options;
    this.#dropped = this.#own(
      'keelson_metrics_series_dropped_total',
      'How often labels were counted in the overflow series because the metric had all the series it may have.',
    );
    this.failures = this.#own(
      'keelson_metrics_collect_failures_total',
      'How often a metric was left out of the exposition because collecting it failed.',
    );
  }

  counter(options: MetricOptions): CounterFamily {
    return this.#get('counter', CounterFamily, options, (context) => new CounterFamily(options, context));
  }

  gauge(options: GaugeOptions): GaugeFamily {
    const gauge = this.#get('gauge', GaugeFamily, options, (context) => new GaugeFamily(options, context));
    const { collect } = options;
    if (collect !== undefined) gauge.onCollect(bind(collect, gauge));
    return gauge;
  }

  histogram(options: HistogramOptions): HistogramFamily {
    const make = (context: FamilyContext): HistogramFamily =>
      new HistogramFamily(options, context, this.#options.clock);
    const histogram = this.#get('histogram', HistogramFamily, options, make);
    if (options.buckets !== undefined && !same(histogram.buckets, resolveBuckets(options))) {
      throw definitionError(`metric ${options.name} exists with other buckets`, { metric: options.name });
    }
    return histogram;
  }

  #get<F extends Family<AnySeries>>(
    type: MetricType,
    family: abstract new (...args: never[]) => F,
    options: MetricOptions,
    make: (context: FamilyContext) => F,
  ): F {
    checkDefinition(type, options);
    const { name, labels = [] } = options;
    const existing: unknown = this.#options.registry.getSingleMetric(name);
    if (existing === undefined) return this.#add(make(this.#context(name)));
    if (!(existing instanceof family)) {
      throw definitionError(`metric ${name} exists and is not a ${type} of this meter`, { metric: name });
    }
    if (!same([...existing.labelNames].sort(), [...labels].sort())) {
      const has = existing.labelNames.join(', ');
      throw definitionError(`metric ${name} exists with other labels: [${has}]`, { metric: name });
    }
    return existing;
  }

  #add<F extends Family<AnySeries>>(family: F): F {
    const { registry } = this.#options;
    const names = namesTaken(family.name, family.type);
    for (const other of registry.getMetricsAsArray() as unknown as readonly Registered[]) {
      const clash = namesTaken(other.name, typeOf(other)).find((name) => names.includes(name));
      if (clash === undefined) continue;
      throw definitionError(`metric ${family.name} and metric ${other.name} would both write ${clash}`, {
        metric: family.name,
      });
    }
    // prom-client's type lists its four classes, but it calls nothing besides name, get() and reset().
    registry.registerMetric(family as unknown as Metric);
    return family;
  }

  #own(name: string, help: string): CounterFamily {
    const { maxLabelLength, redact } = this.#options;
    const context = { maxSeries: 10_000, maxLabelLength, redact, onOverflow: () => undefined };
    return this.#add(new CounterFamily({ name, help, labels: ['metric'] }, context));
  }

  #context(metric: string): FamilyContext {
    const { maxSeries, maxLabelLength, redact, logger } = this.#options;
    let dropped: CounterSeries | undefined;
    const onOverflow = (): void => {
      if (dropped === undefined) {
        dropped = this.#dropped.labels({ metric });
        logger.warn(`The metric ${metric} has reached its limit of ${maxSeries} series (logged once)`, {
          metric,
          maxSeries,
        });
      }
      dropped.inc();
    };
    return { maxSeries, maxLabelLength, redact, onOverflow };
  }
}

function bind(collect: (gauge: GaugeFamily) => void, gauge: GaugeFamily): () => unknown {
  return () => collect(gauge);
}

/** What every metric in the registry has. */
interface Registered {
  readonly name: string;
  readonly type?: string;
}

/** prom-client's own metrics say their type only when they are read. */
function typeOf(metric: Registered): string {
  return metric.type ?? metric.constructor?.name.toLowerCase() ?? 'untyped';
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
