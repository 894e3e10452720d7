import { type Gauge, type GaugeOptions, type GaugeSeries, type Labels } from '../core';
import { Family, type AnySeries, type FamilyContext, type Sample } from './family';
import { type Place } from './series-table';
import { commonText, braced, valueText, type Page } from './text-format';

/** One series of a gauge: a number. NaN and what is not a number are ignored; infinities are shown. */
export class GaugedSeries implements GaugeSeries, AnySeries {
  value = 0;

  constructor(readonly place: Place) {}

  set(value: number): void {
    if (typeof value === 'number' && !Number.isNaN(value)) this.value = value;
  }

  inc(value = 1): void {
    if (typeof value === 'number') this.set(this.value + value);
  }

  dec(value = 1): void {
    if (typeof value === 'number') this.set(this.value - value);
  }

  reset(): void {
    this.value = 0;
  }
}

/** A gauge. */
export class GaugeFamily extends Family<GaugedSeries> implements Gauge {
  constructor(options: GaugeOptions, context: FamilyContext) {
    super('gauge', options, context, (place) => new GaugedSeries(place));
  }

  set(value: number): void;
  set(labels: Labels, value: number): void;
  set(first: Labels | number, second?: number): void {
    if (typeof first === 'object' && first !== null) this.labels(first).set(second as number);
    else this.only.set(first);
  }

  inc(value?: number): void;
  inc(labels: Labels, value?: number): void;
  inc(first?: Labels | number, second?: number): void {
    if (typeof first === 'object' && first !== null) this.labels(first).inc(second);
    else this.only.inc(first);
  }

  dec(value?: number): void;
  dec(labels: Labels, value?: number): void;
  dec(first?: Labels | number, second?: number): void {
    if (typeof first === 'object' && first !== null) this.labels(first).dec(second);
    else this.only.dec(first);
  }

  write(index: number, page: Page): void {
    const { place, value } = this.at(index);
    page.lines.push(`${this.name}${braced(commonText(page, this.labelNames) + place.text)} ${valueText(value)}`);
  }

  protected samples(series: GaugedSeries, labels: Record<string, string>): Sample[] {
    return [{ value: series.value, labels }];
  }
}
