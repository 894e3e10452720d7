import { type Clock, isKeelsonError, type Logger, type Meter, type Timer } from '../../core';
import { paceMs } from './pace';

/** What {@link Fetcher} is made from. */
export interface FetcherOptions {
  /** Fetches and takes in what was fetched. */
  readonly fetch: () => Promise<void>;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** 0 to below 1. */
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: Meter;
}

/** How a fetch ended. error: no answer, or an error status; invalid: an answer that is no registry. */
export type FetchOutcome = 'ok' | 'error' | 'invalid';

/** Fetches the registry again and again, one fetch at a time: the next one is due an interval after the last one ended. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #counts: Record<FetchOutcome, number> = { ok: 0, error: 0, invalid: 0 };
  readonly #count: (outcome: FetchOutcome) => void;
  #timer: Timer | undefined;
  #failures = 0;
  #lastError: unknown;
  #ended = false;

  constructor(options: FetcherOptions) {
    this.#options = options;
    const fetches = options.meter.counter({
      name: 'keelson_discovery_fetches_total',
      help: 'Fetches from the registry by outcome: ok, error (no answer or an error status), invalid (not a registry).',
      labels: ['outcome'],
    });
    this.#count = (outcome) => fetches.inc({ outcome });
  }

  /** Fetches that have failed since the last good one, which may be under way. */
  get failures(): number {
    return this.#failures;
  }

  /** For /health. */
  details(): Record<string, unknown> {
    const failed = this.#lastError instanceof Error ? { lastError: this.#lastError.message } : {};
    return { fetches: { ...this.#counts }, ...failed };
  }

  /** The first fetch begins at once. */
  begin(): void {
    if (!this.#ended) void this.#run();
  }

  /** No fetch begins any more; one that is under way is ended by who sends it. */
  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    const { fetch, clock, intervalMs, random } = this.#options;
    try {
      await fetch();
      this.#succeeded();
    } catch (err) {
      if (this.#ended) return;
      this.#failed(err);
    }
    if (this.#ended) return;
    this.#timer = clock.after(paceMs(intervalMs, this.#failures, random()), () => void this.#run());
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#options.log.info('the registry answers again', { failedFetches: this.#failures });
    this.#failures = 0;
    this.#lastError = undefined;
    this.#note('ok');
  }

  #failed(err: unknown): void {
    this.#failures += 1;
    this.#lastError = err;
    const nonsense = isKeelsonError(err, 'PAYLOAD_INVALID') || isKeelsonError(err, 'PAYLOAD_TOO_LARGE');
    this.#note(nonsense ? 'invalid' : 'error');
    if (this.#failures === 1)
      this.#options.log.warn('the registry could not be fetched: what is known stays in use; trying again', { err });
  }

  #note(outcome: FetchOutcome): void {
    this.#counts[outcome] += 1;
    this.#count(outcome);
  }
}
