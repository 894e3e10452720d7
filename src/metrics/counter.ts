import { type Counter, type CounterSeries, type Labels, type MetricOptions } from '../core';
import { Family, type AnySeries, type FamilyContext, type Sample } from './family';
import { usageError } from './metric-error';
import { type Place } from './series-table';
import { braced, commonText, valueText, type Page } from './text-format';

/** One series of a counter: a number. */
export class CountedSeries implements CounterSeries, AnySeries {
  value = 0;

  constructor(readonly place: Place) {}

  /** What is not a finite number is ignored: it would spoil the sum for good. @throws INTERNAL when `value` is below 0 */
  inc(value = 1): void {
    if (typeof value === 'number' && value >= 0 && value < Infinity) this.value += value;
    else if (value < 0) throw usageError('a counter cannot go down');
  }

  /** For totals that somebody else keeps: shows `total`, and never less than before. */
  raiseTo(total: number): void {
    if (total > this.value) this.value = total;
  }

  reset(): void {
    this.value = 0;
  }
}

/** A counter. */
export class CounterFamily extends Family<CountedSeries> implements Counter {
  constructor(options: MetricOptions, context: FamilyContext) {
    super('counter', options, context, (place) => new CountedSeries(place));
  }

  inc(value?: number): void;
  inc(labels: Labels, value?: number): void;
  inc(first?: Labels | number, second?: number): void {
    if (typeof first === 'object' && first !== null) this.labels(first).inc(second);
    else this.only.inc(first);
  }

  /** See {@link CountedSeries.raiseTo}. */
  raiseTo(total: number): void {
    this.only.raiseTo(total);
  }

  write(index: number, page: Page): void {
    const { place, value } = this.at(index);
    const labels = commonText(page, this.labelNames) + place.text;
    page.lines.push(`${this.name}${braced(labels)} ${valueText(value)}`);
  }

  protected samples(series: CountedSeries, labels: Record<string, string>): Sample[] {
    return [{ value: series.value, labels }];
  }
}
