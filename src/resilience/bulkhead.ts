import { KeelsonError, type Meter } from '../core';
import { bulkheadMetrics, type BulkheadSeries, noBulkheadSeries } from './bulkhead-metrics';
import { type Call } from './call';
import { givenUp } from './given-up';
import { integerWithin, positiveMs, textOf } from './option-checks';
import { type Policy } from './policy';
import { WaitingLine } from './waiting-line';

/** What a bulkhead is made from. */
export interface BulkheadOptions {
  /** Names it in errors and metrics. @default it has no name and no metrics */
  readonly name?: string;
  /** How many calls may run at once, 1 or more. */
  readonly limit: number;
  /** How many more may wait, in the order in which they came, 0 or more. @default 0 */
  readonly queue?: number;
  /** How long one may wait, in milliseconds, 1 or more. @default 1000 */
  readonly queueTimeoutMs?: number;
  /** Gets how many run, wait and were rejected, if there is a name. @default none */
  readonly meter?: Meter;
}

/** A bulkhead: a policy that can be asked. */
export interface Bulkhead extends Policy {
  /** How many calls run: their work has begun and not ended, whether anybody still waits for it or not. */
  readonly active: number;
  /** How many calls wait. */
  readonly queued: number;
}

/** How a bulkhead is if nobody says otherwise. */
export const bulkheadDefaults = Object.freeze({ queue: 0, queueTimeoutMs: 1000 });

/**
 * Lets only so many calls run at once, so that a slow dependency cannot take all that this process has. Its slot is free again when the work has ended,
 * not when its caller gave up: put it innermost, as a time limit within it would hide when that is.
 *
 * @throws BULKHEAD_FULL (retryable) when neither a slot nor a place in the queue is free, or the wait was too long; details are `limit`, `queue`, and the
 * `bulkhead`'s name. A call that is given up while it waits rejects with the reason
 */
export function bulkhead(options: BulkheadOptions): Bulkhead {
  const slots = new Slots(options);
  const policy: Policy = (call, next) => slots.run(call, next);
  return Object.defineProperties(policy, {
    active: { get: () => slots.active, enumerable: true },
    queued: { get: () => slots.queued, enumerable: true },
  }) as Bulkhead;
}

class Slots {
  readonly #name: string | undefined;
  readonly #limit: number;
  readonly #queue: number;
  readonly #queueTimeoutMs: number;
  readonly #series: BulkheadSeries;
  readonly #line = new WaitingLine();
  #active = 0;

  constructor({ name, limit, queue, queueTimeoutMs, meter }: BulkheadOptions) {
    this.#name = name === undefined ? undefined : textOf('bulkhead', 'name', name);
    this.#limit = integerWithin('bulkhead', 'limit', limit, 1);
    this.#queue = integerWithin('bulkhead', 'queue', queue ?? bulkheadDefaults.queue, 0);
    this.#queueTimeoutMs = positiveMs('bulkhead', 'queueTimeoutMs', queueTimeoutMs ?? bulkheadDefaults.queueTimeoutMs);
    this.#series =
      this.#name === undefined || meter === undefined ? noBulkheadSeries : bulkheadMetrics(meter, this.#name);
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#line.length;
  }

  async run<T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> {
    if (this.#active < this.#limit) this.#take();
    else await this.#turn(call);
    try {
      // It may have been given up between its turn and now.
      if (call.aborted) throw givenUp(call);
      return await next(call);
    } finally {
      this.#free();
    }
  }

  #take(): void {
    this.#active += 1;
    this.#series.active(1);
  }

  /** The slot goes to the next in line as it is, so nobody can come between. */
  #free(): void {
    if (this.#line.call()) return;
    this.#active -= 1;
    this.#series.active(-1);
  }

  /** Waits for a slot, which is the call's own when this resolves. The work must not begin here: this is still the context of the call that ended. */
  #turn(call: Call): Promise<void> {
    if (call.aborted) return Promise.reject(givenUp(call));
    if (this.#line.length >= this.#queue) return Promise.reject(this.#full('is full'));
    return new Promise((resolve, reject) => {
      const { signal } = call;
      const over = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        this.#series.queued(-1);
      };
      const place = this.#line.join(() => {
        over();
        resolve();
      });
      const leave = (error: () => KeelsonError): void => {
        if (!this.#line.leave(place)) return;
        over();
        reject(error());
      };
      const onAbort = (): void => leave(() => givenUp(call));
      const timer = call.clock.after(this.#queueTimeoutMs, () =>
        leave(() => this.#full(`had no slot free for ${this.#queueTimeoutMs} ms`)),
      );
      signal.addEventListener('abort', onAbort, { once: true });
      this.#series.queued(1);
    });
  }

  #full(why: string): KeelsonError {
    this.#series.rejected();
    const [name, bulkhead] = this.#name === undefined ? ['', {}] : [` "${this.#name}"`, { bulkhead: this.#name }];
    return new KeelsonError('BULKHEAD_FULL', `The bulkhead${name} ${why}.`, {
      retryable: true,
      details: { ...bulkhead, limit: this.#limit, queue: this.#queue },
    });
  }
}
