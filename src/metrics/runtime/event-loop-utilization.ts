import { performance, type EventLoopUtilization as Utilization } from 'node:perf_hooks';
import { type Clock } from '../../core';
import { type FamilyStore } from '../store';
import { ScrapeWindow } from './scrape-window';

/** Which part of the time since the last scrape the event loop was busy. */
export class EventLoopUtilization {
  readonly #window: ScrapeWindow;
  #last: Utilization | undefined;

  constructor(store: FamilyStore, clock: Clock) {
    this.#window = new ScrapeWindow(clock);
    store.gauge({
      name: 'nodejs_eventloop_utilization_ratio',
      help: 'Which part of the time since the last scrape the event loop was busy, 0 to 1.',
      collect: (gauge) => {
        if (!this.#window.close()) return;
        const now = performance.eventLoopUtilization();
        gauge.set(performance.eventLoopUtilization(now, this.#last).utilization);
        this.#last = now;
      },
    });
  }

  start(): void {
    if (this.#last !== undefined) return;
    this.#last = performance.eventLoopUtilization();
    this.#window.start();
  }
}
