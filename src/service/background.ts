import { randomUUID } from 'node:crypto';
import { runInScope, type Logger, type Scope, type Tracing, type WorkContext } from '../core';

/** Work that outlives the request that began it, and that a stop waits for. */
export class Background {
  readonly #log: Logger;
  readonly #tracing: Tracing;
  readonly #running = new Set<Promise<void>>();
  readonly #controller = new AbortController();

  constructor(log: Logger, tracing: Tracing) {
    this.#log = log;
    this.#tracing = tracing;
  }

  /** Aborts when the work must end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Runs `work` in a context of its own: no deadline and no signal of the request around it. What it throws is logged. */
  run(work: (context: WorkContext) => Promise<void> | void): void {
    const span = this.#tracing.begin('internal', 'background', {});
    const context: WorkContext = {
      requestId: randomUUID(),
      traceId: span.traceId,
      deadline: undefined,
      signal: this.signal,
      log: this.#log,
    };
    const scope: Scope = { work: context, trace: span, telemetry: span.seed };
    const ended = runInScope(scope, async () => {
      try {
        await work(context);
      } catch (err) {
        span.fail('background', err);
        this.#log.error('background work failed', { err });
      } finally {
        span.end();
      }
    });
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
  }

  /** Waits for all of it; when the signal aborts, tells it to end and waits no longer. Resolves to how many were left. */
  async drain(signal: AbortSignal): Promise<number> {
    const abort = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const given = new Promise<void>((resolve) =>
      this.signal.addEventListener('abort', () => setImmediate(resolve), { once: true }),
    );
    while (this.#running.size > 0 && !this.signal.aborted) await Promise.race([Promise.all(this.#running), given]);
    signal.removeEventListener('abort', abort);
    if (this.#running.size > 0) await new Promise((resolve) => setImmediate(resolve));
    return this.#running.size;
  }
}
