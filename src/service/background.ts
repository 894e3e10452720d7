import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { KeelsonError, type Logger, type Tracing, type WorkContext, type WorkSpan } from '../core';
import { untilOver } from './until-over';

/** What is given to run in the background. */
export type BackgroundWork = (context: WorkContext) => Promise<void> | void;

/** Work that outlives the request that began it, and that a stop waits for. */
export class Background {
  readonly #log: Logger;
  readonly #tracing: Tracing;
  /** Each with what tells it to end. */
  readonly #running = new Map<Promise<void>, AbortController>();
  readonly #controller = new AbortController();
  #closed = false;

  constructor(log: Logger, tracing: Tracing) {
    this.#log = log;
    this.#tracing = tracing;
    // It lives as long as the service, and anybody may listen.
    setMaxListeners(Infinity, this.#controller.signal); // not 0: events.getMaxListeners of Node.js 20 throws for it
  }

  /** Aborts when the time for all work is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get size(): number {
    return this.#running.size;
  }

  /**
   * Runs `work` in a context of its own: no deadline and no signal of the request around it. What it throws is logged.
   *
   * @throws STOPPED once nobody would wait for it any more
   */
  run(work: BackgroundWork): void {
    if (this.#closed) {
      const message = 'The service has stopped and takes no more background work.';
      throw new KeelsonError('STOPPED', message, { retryable: false });
    }
    const span = this.#tracing.begin('internal', 'background', {});
    const controller = new AbortController();
    const context: WorkContext = {
      requestId: randomUUID(),
      traceId: span.traceId,
      deadline: undefined,
      signal: controller.signal,
      log: this.#log,
    };
    const begin = (): void => {
      const ended = this.#follow(work, context, span);
      this.#running.set(ended, controller);
      void ended.then(() => this.#running.delete(ended));
    };
    this.#tracing.enter({ work: context, trace: span, telemetry: span.seed }, span, begin, undefined, undefined);
  }

  /** Waits for all of it; when the signal aborts, tells it to end and waits no longer. Resolves to how many were left. */
  async drain(signal: AbortSignal): Promise<number> {
    const abort = (): void => this.#abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      while (this.#running.size > 0)
        await untilOver(Promise.all(this.#running.keys()), signal, () => new Error('late'));
    } catch {
      // What is left is counted below.
    }
    this.#closed = true;
    signal.removeEventListener('abort', abort);
    return this.#running.size;
  }

  async #follow(work: BackgroundWork, context: WorkContext, span: WorkSpan): Promise<void> {
    try {
      await work(context);
    } catch (err) {
      span.fail('background', err);
      this.#log.error('background work failed', { err });
    } finally {
      span.end();
    }
  }

  #abort(reason: unknown): void {
    this.#closed = true;
    this.#controller.abort(reason);
    for (const controller of this.#running.values()) controller.abort(reason);
  }
}
