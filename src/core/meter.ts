/** Label names to values. */
export type Labels = Readonly<Record<string, string | number>>;

/** A number that only grows. */
export interface Counter {
  /** Adds 1, or `value` (0 or more). */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: Labels, value?: number): void;
  /** The series of these labels, to keep: counting on it looks nothing up. */
  labels(labels: Labels): CounterSeries;
}

/** One series of a counter. */
export interface CounterSeries {
  /** Adds 1, or `value` (0 or more). */
  inc(value?: number): void;
}

/** A number that goes up and down. */
export interface Gauge {
  /** Sets it. */
  set(value: number): void;
  /** Sets the series of these labels. */
  set(labels: Labels, value: number): void;
  /** Adds 1, or `value`. */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: Labels, value?: number): void;
  /** Takes 1 away, or `value`. */
  dec(value?: number): void;
  /** Takes from the series of these labels. */
  dec(labels: Labels, value?: number): void;
  /** The series of these labels, to keep. */
  labels(labels: Labels): GaugeSeries;
}

/** One series of a gauge. */
export interface GaugeSeries {
  /** Sets it. */
  set(value: number): void;
  /** Adds 1, or `value`. */
  inc(value?: number): void;
  /** Takes 1 away, or `value`. */
  dec(value?: number): void;
}

/** The trace behind one observation; shown as an exemplar in OpenMetrics. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
}

/** Counts observations in buckets. */
export interface Histogram {
  /** Counts one observation. */
  observe(value: number): void;
  /** Counts one observation in the series of these labels. */
  observe(labels: Labels, value: number): void;
  /** The series of these labels, to keep. */
  labels(labels: Labels): HistogramSeries;
}

/** One series of a histogram. */
export interface HistogramSeries {
  /** An exemplar is kept per bucket, the newest one. */
  observe(value: number, exemplar?: Exemplar): void;
}

/** What a metric is made from. */
export interface MetricOptions {
  /** Prometheus name with its base unit, like `orders_total` or `queue_wait_seconds`. */
  name: string;
  /** One sentence for people. */
  help: string;
  /** Label names. @default none */
  labels?: readonly string[];
}

/** What a gauge is made from. */
export interface GaugeOptions extends MetricOptions {
  /** Called at each scrape, to set the gauge just then. */
  collect?: (gauge: Gauge) => void;
}

/** What a histogram is made from. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending. @default .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5 7.5 10 (seconds) */
  buckets?: readonly number[];
}

/** Makes metrics. Asking twice for the same name gives the same metric; with another type or other labels it throws. */
export interface Meter {
  /** Makes a counter; its name ends in `_total`. */
  counter(options: MetricOptions): Counter;
  /** Makes a gauge. */
  gauge(options: GaugeOptions): Gauge;
  /** Makes a histogram. */
  histogram(options: HistogramOptions): Histogram;
}

const nothing = (): void => undefined;

const noopCounter: Counter = Object.freeze({ inc: nothing, labels: () => noopCounter });
const noopGauge: Gauge = Object.freeze({ set: nothing, inc: nothing, dec: nothing, labels: () => noopGauge });
const noopHistogram: Histogram = Object.freeze({ observe: nothing, labels: () => ({ observe: nothing }) });

/** Counts nothing. */
export const noopMeter: Meter = Object.freeze({
  counter: () => noopCounter,
  gauge: () => noopGauge,
  histogram: () => noopHistogram,
});
