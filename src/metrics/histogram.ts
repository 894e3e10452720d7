import {
  type Clock,
  type Exemplar,
  type Histogram,
  type HistogramOptions,
  type HistogramSeries,
  type Labels,
} from '../core';
import { resolveBuckets } from './definition';
import { Exemplars } from './exemplars';
import { Family, type AnySeries, type FamilyContext, type Sample } from './family';
import { type Place } from './series-table';
import { boundText, braced, commonText, labelText, valueText, type Page } from './text-format';

/** One series of a histogram: a count per bucket, each observation in one of them only. They are added up when they are written. */
export class BucketSeries implements HistogramSeries, AnySeries {
  readonly counts: Float64Array;
  sum = 0;
  exemplars: Exemplars | undefined;
  readonly #bounds: Float64Array;
  readonly #clock: Clock;

  /** @param bounds upper bounds, the last one infinite */
  constructor(
    readonly place: Place,
    bounds: Float64Array,
    clock: Clock,
  ) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.counts = new Float64Array(bounds.length);
  }

  /** What is not a finite number is ignored: it would spoil the sum for good. */
  observe(value: number, exemplar?: Exemplar): void {
    if (!Number.isFinite(value)) return;
    const bounds = this.#bounds;
    let bucket = 0;
    while (value > (bounds[bucket] as number)) bucket++;
    (this.counts[bucket] as number)++;
    this.sum += value;
    if (exemplar !== undefined) this.#keep(bucket, exemplar, value);
  }

  reset(): void {
    this.counts.fill(0);
    this.sum = 0;
    this.exemplars = undefined;
  }

  #keep(bucket: number, exemplar: Exemplar, value: number): void {
    this.exemplars ??= new Exemplars(this.#bounds.length);
    this.exemplars.keep(bucket, exemplar, value, this.#clock.wall());
  }
}

/** A histogram. */
export class HistogramFamily extends Family<BucketSeries> implements Histogram {
  /** Upper bounds without the infinite one. */
  readonly buckets: readonly number[];
  readonly #bounds: Float64Array;
  /** `le` label of each bucket, ready to be written. */
  readonly #le: readonly string[];

  constructor(options: HistogramOptions, context: FamilyContext, clock: Clock) {
    const buckets = resolveBuckets(options);
    const bounds = Float64Array.of(...buckets, Infinity);
    super('histogram', options, context, (place) => new BucketSeries(place, bounds, clock));
    this.buckets = buckets;
    this.#bounds = bounds;
    this.#le = Array.from(bounds, (bound) => labelText('le', boundText(bound)));
  }

  observe(value: number): void;
  observe(labels: Labels, value: number): void;
  observe(first: Labels | number, second?: number): void {
    if (typeof first === 'object' && first !== null) this.labels(first).observe(second as number);
    else this.only.observe(first);
  }

  write(index: number, page: Page): void {
    const { place, counts, sum, exemplars } = this.at(index);
    const labels = commonText(page, this.labelNames) + place.text;
    const open = `${this.name}_bucket{${labels}${labels === '' || labels.endsWith(',') ? '' : ','}`;
    const shown = page.format === 'openmetrics' ? exemplars : undefined;
    let total = 0;
    for (let i = 0; i < counts.length; i++) {
      total += counts[i] as number;
      page.lines.push(`${open}${this.#le[i] as string}} ${total}${shown === undefined ? '' : shown.text(i)}`);
    }
    // OpenMetrics wants a sum only where it cannot go down, and the count only beside a sum.
    if (page.format === 'openmetrics' && (this.buckets[0] as number) < 0) return;
    const rest = braced(labels);
    page.lines.push(`${this.name}_sum${rest} ${valueText(sum)}`, `${this.name}_count${rest} ${total}`);
  }

  protected samples(series: BucketSeries, labels: Record<string, string>): Sample[] {
    const samples: Sample[] = [];
    let total = 0;
    for (const [i, bound] of this.#bounds.entries()) {
      total += series.counts[i] as number;
      const exemplar = series.exemplars?.at(i);
      const le = bound === Infinity ? '+Inf' : bound;
      const sample = { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: total };
      samples.push(exemplar === undefined ? sample : { ...sample, exemplar });
    }
    samples.push({ metricName: `${this.name}_sum`, labels, value: series.sum });
    samples.push({ metricName: `${this.name}_count`, labels, value: total });
    return samples;
  }
}
