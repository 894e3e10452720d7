import { type Clock } from '../../core';

/** Scrapes that come sooner than this after the last one see the same window again. */
const shortestWindowMs = 1000;

/**
 * The time since the last scrape. Two scrapers at the same moment must not leave the second with an empty window, so a window lasts at
 * least one second.
 */
export class ScrapeWindow {
  readonly #clock: Clock;
  #began: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#began = this.#clock.now();
  }

  /** Ends the window and begins the next. False, and nothing ends, while it is too short or was never started. */
  close(): boolean {
    const now = this.#clock.now();
    if (this.#began === undefined || now - this.#began < shortestWindowMs) return false;
    this.#began = now;
    return true;
  }
}
