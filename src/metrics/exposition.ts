import { setImmediate as nextTurn } from 'node:timers/promises';
import { KeelsonError, within, type Clock, type Logger } from '../core';
import { type CounterFamily } from './counter';
import { namesTaken } from './definition';
import { Family, type AnySeries, type Snapshot } from './family';
import { ForeignSource, maskedLabels, type ForeignMetric } from './foreign';
import { writeHeading, type Format, type Page, type Source } from './text-format';

/** What the exposition needs. */
export interface ExpositionOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly collectTimeoutMs: number;
  /** Masks secrets in what others have registered: label values and help texts. */
  readonly redact: (text: string) => string;
  /** Counts metrics that were left out, by `metric`. */
  readonly failures: CounterFamily;
  /** All metrics there are, ours and others'. */
  readonly metrics: () => readonly unknown[];
  /** Labels for every series. */
  readonly common: () => Readonly<Record<string, unknown>>;
}

/** A collect that is running. */
interface Collecting {
  readonly work: Promise<unknown>;
  /** Its time is up: scrapes do not wait for it any more. */
  late: boolean;
}

/** All metrics, written. */
export interface Rendering {
  readonly text: string;
  /** The text in UTF-8, encoded once for all who share the rendering. */
  readonly bytes: Buffer;
}

/** After this many lines the event loop gets its turn. */
const linesPerTurn = 250;

/**
 * Writes all metrics. Scrapes of the same format that overlap share one rendering, so that many scrapers cost no more than one; they get it one
 * a turn of the event loop, because sending a large page to all of them at once would block it. A metric that throws or hangs while it is
 * collected is left out, counted and logged once; the others are written.
 */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #running = new Map<Format, Promise<Rendering>>();
  /** Metrics whose collect has not come back yet: it is not called again until it has. */
  readonly #collecting = new Map<object, Collecting>();
  readonly #logged = new WeakSet<object>();
  /** Settles when the last of those who wait for their turn has had it. */
  #turns: Promise<void> = Promise.resolve();

  constructor(options: ExpositionOptions) {
    this.#options = options;
  }

  /** The text of {@link Exposition.page}. */
  async render(format: Format): Promise<string> {
    return (await this.page(format)).text;
  }

  async page(format: Format): Promise<Rendering> {
    const running = this.#running.get(format);
    if (running === undefined) return this.#begin(format);
    const rendering = await running;
    this.#turns = this.#turns.then(() => nextTurn());
    await this.#turns;
    return rendering;
  }

  /** The lines of these metrics. */
  async lines(metrics: readonly unknown[], format: Format): Promise<string[]> {
    const page: Page = { format, lines: [], common: maskedLabels(this.#options.common(), this.#options.redact) };
    const sources = await Promise.all(metrics.map((metric) => this.#read(metric as ForeignMetric)));
    const taken = new Map<string, string>();
    let writtenUntil = 0;
    for (const [i, source] of sources.entries()) {
      if (source === undefined || !this.#claim(source, metrics[i] as object, taken)) continue;
      writeHeading(source, page);
      for (let series = 0; series < source.size; series++) {
        source.write(series, page);
        if (page.lines.length - writtenUntil < linesPerTurn) continue;
        writtenUntil = page.lines.length;
        await nextTurn();
      }
    }
    return page.lines;
  }

  #begin(format: Format): Promise<Rendering> {
    const rendering = this.#render(format).finally(() => this.#running.delete(format));
    this.#running.set(format, rendering);
    return rendering;
  }

  async #render(format: Format): Promise<Rendering> {
    const lines = await this.lines(this.#options.metrics(), format);
    if (format === 'openmetrics') lines.push('# EOF');
    lines.push('');
    const text = lines.join('\n');
    return { text, bytes: Buffer.from(text) };
  }

  /** The metric ready to be written, or nothing if that failed. */
  async #read(metric: ForeignMetric | Family<AnySeries>): Promise<Source | undefined> {
    try {
      if (metric instanceof Family) {
        await this.#collect(metric, () => metric.refresh());
        return metric;
      }
      const snapshot = (await this.#collect(metric, () => metric.get())) as Snapshot;
      return new ForeignSource(snapshot, this.#options.redact);
    } catch (error) {
      this.#skip(metric, metric.name, error);
      return undefined;
    }
  }

  /** Joins a scrape of the other format that is collecting the same metric just now. */
  #collect(metric: object, start: () => unknown): unknown {
    const { clock, collectTimeoutMs } = this.#options;
    const running = this.#collecting.get(metric) ?? this.#follow(metric, start());
    if (running === undefined) return undefined;
    const late = (): Error => {
      running.late = true;
      return new KeelsonError('TIMEOUT', `collect took longer than ${collectTimeoutMs} ms`, { retryable: true });
    };
    if (running.late) throw late();
    return within(clock, collectTimeoutMs, running.work, late);
  }

  #follow(metric: object, result: unknown): Collecting | undefined {
    if (result === undefined) return undefined;
    const running: Collecting = { work: Promise.resolve(result), late: false };
    const back = (): void => void this.#collecting.delete(metric);
    this.#collecting.set(metric, running);
    running.work.then(back, back);
    return running;
  }

  /** Two metrics that write the same names (a counter `a_total` and a gauge `a`) would make the whole page unreadable. */
  #claim(source: Source, metric: object, taken: Map<string, string>): boolean {
    const names = namesTaken(source.name, source.type);
    const other = names.find((name) => taken.has(name));
    if (other !== undefined) {
      this.#skip(metric, source.name, new Error(`${other} is already used by ${String(taken.get(other))}`));
      return false;
    }
    for (const name of names) taken.set(name, source.name);
    return true;
  }

  #skip(metric: object, name: string, error: unknown): void {
    this.#options.failures.inc({ metric: String(name) });
    if (this.#logged.has(metric)) return;
    this.#logged.add(metric);
    this.#options.logger.warn(`The metric ${String(name)} is left out of the exposition (logged once)`, { err: error });
  }
}
