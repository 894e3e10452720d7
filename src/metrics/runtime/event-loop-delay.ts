import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { type Clock, type Timer } from '../../core';
import { type GaugeFamily } from '../gauge';
import { type FamilyStore } from '../store';
import { ScrapeWindow } from './scrape-window';

/** How often the loop is probed, in milliseconds. */
const everyMs = 10;
const nanosecondsPerMs = 1e6;
const longestMs = 3_600_000;
const percentiles = [50, 90, 99] as const;

/**
 * How late a timer fires, since the last scrape. The timer is ours and not Node.js's `monitorEventLoopDelay`: that one forgets when it
 * last fired as soon as it is reset, so a loop that blocks right after a scrape, or right before one, would not show at all.
 */
export class EventLoopDelay {
  readonly #clock: Clock;
  readonly #window: ScrapeWindow;
  readonly #histogram: RecordableHistogram;
  readonly #gauges: Readonly<Record<'min' | 'max' | 'mean' | 'stddev', GaugeFamily>>;
  readonly #percentiles: readonly GaugeFamily[];
  #timer: Timer | undefined;
  /** When the timer last fired. */
  #last = 0;

  constructor(store: FamilyStore, clock: Clock) {
    this.#clock = clock;
    this.#window = new ScrapeWindow(clock);
    // One hour at most, two digits: 40 kB instead of 700.
    this.#histogram = createHistogram({ lowest: 1, highest: longestMs * nanosecondsPerMs, figures: 2 });
    const gauge = (what: string, help: string): GaugeFamily =>
      store.gauge({
        name: `nodejs_eventloop_delay_${what}_seconds`,
        help: `${help} since the last scrape, in seconds.`,
      });
    // Gauges are collected in the order in which they were made, so the first one reads the window for all.
    const min = gauge('min', 'Shortest delay of the event loop');
    min.onCollect(() => this.#collect());
    this.#gauges = {
      min,
      max: gauge('max', 'Longest delay of the event loop'),
      mean: gauge('mean', 'Mean delay of the event loop'),
      stddev: gauge('stddev', 'Standard deviation of the delay of the event loop'),
    };
    this.#percentiles = percentiles.map((p) => gauge(`p${p}`, `Delay of the event loop that ${p} % stayed within`));
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#last = this.#clock.now();
    this.#histogram.reset();
    this.#window.start();
    this.#timer = this.#clock.every(everyMs, () => this.#probe());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #probe(): void {
    const now = this.#clock.now();
    this.#record(now - this.#last - everyMs);
    this.#last = now;
  }

  /** One nanosecond more than it is: the histogram takes no zero. */
  #record(lateMs: number): void {
    const shown = Math.min(Math.max(0, lateMs), longestMs - 1);
    this.#histogram.record(Math.round(shown * nanosecondsPerMs) + 1);
  }

  #collect(): void {
    if (this.#timer === undefined || !this.#window.close()) return;
    // A scrape that waited behind what blocked the loop comes before the timer has fired.
    if (this.#clock.now() - this.#last > everyMs) this.#probe();
    const histogram = this.#histogram;
    if (histogram.count > 0) this.#show(histogram);
    histogram.reset();
  }

  #show(histogram: RecordableHistogram): void {
    const { min, max, mean, stddev } = this.#gauges;
    min.set(seconds(histogram.min));
    max.set(seconds(histogram.max));
    mean.set(seconds(histogram.mean));
    stddev.set(histogram.stddev / nanosecondsPerMs / 1000);
    for (const [i, gauge] of this.#percentiles.entries()) {
      gauge.set(seconds(histogram.percentile(percentiles[i] as number)));
    }
  }
}

function seconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds - 1) / nanosecondsPerMs / 1000;
}
