import { type Clock } from '../../core';
import { type Publication } from './publication';
import { Sweep } from '../sweep';

/** The publishes that are not settled: how much they are, and until when each may take. */
export class Ledger {
  readonly #open = new Set<Publication>();
  readonly #sweep: Sweep;
  #bytes = 0;
  #onIdle: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#sweep = new Sweep(clock, (now) => this.#expire(now));
  }

  get size(): number {
    return this.#open.size;
  }

  /** Of those that users publish. */
  get bytes(): number {
    return this.#bytes;
  }

  add(one: Publication): void {
    const { signal, urgent } = one.outgoing;
    this.#open.add(one);
    if (urgent !== true) this.#bytes += one.bytes;
    if (signal !== undefined) {
      one.onAbort = () => this.settle(one, one.error('ABORTED', 'was given up', { retryable: false }));
      signal.addEventListener('abort', one.onAbort, { once: true });
    }
    this.#sweep.watch(one.expiresAt);
  }

  /** Once; a second time it does nothing. */
  settle(one: Publication, error?: Error): void {
    if (!one.settle(error)) return;
    this.#open.delete(one);
    if (one.outgoing.urgent !== true) this.#bytes -= one.bytes;
    if (this.#open.size === 0) this.#onIdle?.();
  }

  /** Resolves when all is settled, or when the signal aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#open.size === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Gives up what is left. */
  stop(): void {
    for (const one of [...this.#open])
      this.settle(one, one.error('STOPPED', 'was not confirmed before the stop', { retryable: false }));
    this.#sweep.stop();
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const one of this.#open) {
      if (one.expiresAt <= now) this.settle(one, one.error('TIMEOUT', 'was not confirmed in time'));
      else next = Math.min(next, one.expiresAt);
    }
    return next;
  }
}
