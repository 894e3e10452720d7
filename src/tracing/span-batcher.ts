import { type Clock, type Counter, type Logger, type Meter, type Timer, runInScope, within } from '../core';
import { type SendResult } from './collector-client';
import { type RecordingSpan } from './recording-span';
import { type BatchSettings } from './tracing-settings';

/** What a batch is given to. */
export interface BatchTarget {
  /** Where to, for the log: no secrets. */
  readonly name: string;
  /** Sends one batch; never rejects. */
  send(spans: readonly RecordingSpan[]): Promise<SendResult>;
  /** Waits for nothing any more. */
  hurry(): void;
  /** Breaks off what is under way. `send` then settles at once. */
  close(): void;
}

/** Why a span was not exported. */
type DropReason = 'queue_full' | 'export_failed' | 'shutdown';

/** How long the last flush may take, in milliseconds: stopping must never wait for a collector. */
const flushMs = 1500;

/**
 * Collects ended spans and sends them in batches, one at a time, outside any request. What there is no room for is dropped
 * and counted.
 */
export class SpanBatcher {
  readonly #settings: BatchSettings;
  readonly #target: BatchTarget;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #droppedTotal: Counter;
  readonly #exportedTotal: Counter;
  #queue: RecordingSpan[] = [];
  #timer: Timer | undefined;
  #kick: Timer | undefined;
  /** The draining under way. */
  #draining: Promise<void> | undefined;
  #started = false;
  #stopped = false;
  #failing = false;
  #pausedUntil = 0;
  #dropped = 0;

  constructor(settings: BatchSettings, target: BatchTarget, clock: Clock, logger: Logger, meter: Meter) {
    this.#settings = settings;
    this.#target = target;
    this.#clock = clock;
    this.#logger = logger;
    this.#droppedTotal = meter.counter({
      name: 'keelson_trace_spans_dropped_total',
      help: 'Spans that were recorded but not exported, by reason.',
      labels: ['reason'],
    });
    this.#exportedTotal = meter.counter({
      name: 'keelson_trace_spans_exported_total',
      help: 'Spans that the collector took.',
    });
  }

  /** Spans dropped so far, for whatever reason. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes an ended span. Costs the caller nothing but the queueing. */
  add(span: RecordingSpan): void {
    if (this.#stopped) return this.#drop(1, 'shutdown');
    if (this.#queue.length >= this.#settings.queueSize) return this.#drop(1, 'queue_full');
    this.#queue.push(span);
    if (this.#started && this.#queue.length >= this.#settings.batchSize) this.#soon();
  }

  /** Begins to export every `delayMs`, and whenever a batch is full. */
  start(): void {
    if (this.#started || this.#stopped) return;
    this.#started = true;
    runInScope(undefined, () => {
      this.#timer = this.#clock.every(this.#settings.delayMs, () => this.#drain());
    });
  }

  /** Forgets what waits, because somebody else exports. */
  abandon(): void {
    this.#stopped = true;
    this.#cancel();
    this.#queue = [];
    this.#target.close();
  }

  /** Exports what waits, at most 1.5 s and not beyond the signal; the rest is dropped and counted. */
  async stop(signal: AbortSignal): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancel();
    this.#target.hurry();
    const flush = this.#flush();
    const late = (): Error => new Error('the last spans were not taken in time');
    await within(this.#clock, flushMs, flush, late, signal).catch(() => undefined);
    this.#target.close();
    this.#drop(this.#queue.splice(0).length, 'shutdown');
    await flush;
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#kick?.cancel();
  }

  /** Exports in a moment, so that the request whose span filled the batch does not pay for it. */
  #soon(): void {
    if (this.#kick !== undefined || this.#draining !== undefined) return;
    runInScope(undefined, () => {
      this.#kick = this.#clock.after(0, () => this.#drain());
    });
  }

  #drain(): void {
    this.#kick = undefined;
    if (this.#draining !== undefined || this.#queue.length === 0 || this.#clock.now() < this.#pausedUntil) return;
    this.#draining = this.#sendFullBatches().finally(() => {
      this.#draining = undefined;
    });
  }

  /** At least one batch, whatever its size; then as long as full ones wait. */
  async #sendFullBatches(): Promise<void> {
    let going = await this.#sendOne();
    while (going && !this.#stopped && this.#queue.length >= this.#settings.batchSize) going = await this.#sendOne();
  }

  async #flush(): Promise<void> {
    await this.#draining;
    while (this.#queue.length > 0 && this.#clock.now() >= this.#pausedUntil) if (!(await this.#sendOne())) return;
  }

  async #sendOne(): Promise<boolean> {
    const batch = this.#queue.splice(0, this.#settings.batchSize);
    const result = await this.#target.send(batch);
    if (result.sent) {
      this.#exportedTotal.inc(batch.length);
      if (this.#failing) this.#logger.info('Spans are exported again', { collector: this.#target.name });
      this.#failing = false;
      return true;
    }
    this.#drop(batch.length, 'export_failed');
    this.#pausedUntil = this.#clock.now() + result.pauseMs;
    if (!this.#failing) {
      const fields = { collector: this.#target.name, reason: result.reason };
      this.#logger.warn('Spans cannot be exported: they are dropped until the collector takes them again', fields);
    }
    this.#failing = true;
    return false;
  }

  #drop(count: number, reason: DropReason): void {
    if (count === 0) return;
    this.#dropped += count;
    this.#droppedTotal.inc({ reason }, count);
  }
}
