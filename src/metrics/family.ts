import { type Labels, type MetricOptions } from '../core';
import { familyName, type MetricType } from './definition';
import { definitionError } from './metric-error';
import { type Place, SeriesTable } from './series-table';
import { type Page, type Source } from './text-format';

/** What a family takes from the store that it belongs to. */
export interface FamilyContext {
  readonly maxSeries: number;
  readonly maxLabelLength: number;
  /** Masks secrets in a label value, or in the help text. */
  readonly redact: (text: string) => string;
  readonly onOverflow: () => void;
}

/** One sample as prom-client describes it. */
export interface Sample {
  readonly value: number;
  readonly labels: Record<string, string | number>;
  readonly metricName?: string;
  readonly exemplar?: { labelSet: Record<string, string>; value: number; timestamp: number };
}

/** What prom-client expects a metric's `get()` to answer. */
export interface Snapshot {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly Sample[];
}

/** A series of any type. */
export interface AnySeries {
  readonly place: Place;
  /** Back to zero. */
  reset(): void;
}

/** Bounds a set that would otherwise grow with each request that asks for the gauge anew. */
const mostCollects = 1000;

/** A metric with its series. prom-client takes it for one of its own: it has `name`, `help`, `type`, `get()` and `reset()`. */
export abstract class Family<S extends AnySeries> implements Source {
  readonly help: string;
  readonly labelNames: readonly string[];
  /** How prom-client's cluster support adds up workers. */
  readonly aggregator = 'sum';
  readonly #name: string;
  readonly #table: SeriesTable<S>;
  readonly #collects = new Set<() => unknown>();
  #forOpenMetrics = false;

  constructor(
    readonly type: MetricType,
    options: MetricOptions,
    context: FamilyContext,
    create: (place: Place) => S,
  ) {
    this.#name = options.name;
    this.help = context.redact(options.help);
    this.labelNames = Object.freeze([...(options.labels ?? [])]);
    this.#table = new SeriesTable({ ...context, metric: options.name, labelNames: this.labelNames, create });
  }

  /**
   * Assigning changes nothing. prom-client's OpenMetrics writer assigns a counter's name without `_total` just before it calls
   * `get()`, and adds `_total` to each sample; so the next answer has the short name, and no later one.
   */
  get name(): string {
    return this.#name;
  }

  set name(_shortened: string) {
    this.#forOpenMetrics = true;
  }

  /** How many series there are. */
  get size(): number {
    return this.#table.all.length;
  }

  /** The series of these labels. @throws INTERNAL unless exactly the metric's labels are given */
  labels(labels: Labels): S {
    return this.#table.find(labels);
  }

  /** The one series of a metric without labels. @throws INTERNAL when it has labels */
  protected get only(): S {
    return this.#table.only;
  }

  protected at(index: number): S {
    return this.#table.all[index] as S;
  }

  /** Runs `collect` before each scrape, beside those already there. */
  onCollect(collect: () => unknown): void {
    if (this.#collects.size >= mostCollects && !this.#collects.has(collect)) {
      throw definitionError(`metric ${this.#name}: more than ${mostCollects} collect functions`, {
        metric: this.#name,
      });
    }
    this.#collects.add(collect);
  }

  /** Runs the collect functions. Answers a promise only if one of them did, or threw. */
  refresh(): Promise<unknown> | undefined {
    let waiting: unknown[] | undefined;
    for (const collect of this.#collects) {
      const result = run(collect);
      if (isPromiseLike(result)) (waiting ??= []).push(result);
    }
    return waiting === undefined ? undefined : Promise.all(waiting);
  }

  /** For prom-client: all samples as objects. Slow; the exposition uses {@link Family.write}. */
  async get(): Promise<Snapshot> {
    const name = this.#forOpenMetrics ? familyName(this.#name, this.type) : this.#name;
    this.#forOpenMetrics = false;
    await this.refresh();
    const values = this.#table.all.flatMap((series) => this.samples(series, this.#labelsOf(series)));
    return { name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  /** For prom-client: sets all series back to zero. Series that somebody keeps stay good. */
  reset(): void {
    for (const series of this.#table.all) series.reset();
  }

  #labelsOf(series: S): Record<string, string> {
    return Object.fromEntries(this.labelNames.map((name, i) => [name, series.place.values[i] as string]));
  }

  /** Writes the lines of one series. */
  abstract write(index: number, page: Page): void;
  protected abstract samples(series: S, labels: Record<string, string>): Sample[];
}

/** A throw becomes a rejection, so that promises of the functions before it are still looked after. */
function run(collect: () => unknown): unknown {
  try {
    return collect();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
