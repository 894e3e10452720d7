import { setMaxListeners } from 'node:events';
import { type Clock } from '../core';

/** What the work is given. */
export interface Attempt {
  /**
   * Aborts when this attempt is given up: its time is up, the caller has gone, another attempt was faster. Its reason is the error that says why.
   * Made when somebody first asks for it, so work that does not cancel costs nothing.
   */
  readonly signal: AbortSignal;
  /** When this must have ended, by the call's deadline or a timeout around it: milliseconds by `clock.now()`. Undefined: never. */
  readonly deadline: number | undefined;
  /** 1 for the first, 2 for the first retry, and so on. */
  readonly attempt: number;
}

/** What a call is made from. */
export interface CallOptions {
  readonly clock: Clock;
  readonly work: (attempt: Attempt) => Promise<unknown>;
  readonly key: string | undefined;
  readonly deadline: number | undefined;
  readonly attempt: number;
}

/** One call, or one attempt of it, on its way through the policies. */
export class Call implements Attempt {
  readonly clock: Clock;
  readonly work: (attempt: Attempt) => Promise<unknown>;
  /** What rateLimit, cache and coalescing tell calls apart by. */
  readonly key: string | undefined;
  readonly deadline: number | undefined;
  readonly attempt: number;
  readonly #above: Call | AbortSignal | undefined;
  #controller: AbortController | undefined;
  #given: { readonly up: unknown } | undefined;
  #unlink: (() => void) | undefined;

  constructor(options: CallOptions, above?: Call | AbortSignal) {
    this.clock = options.clock;
    this.work = options.work;
    this.key = options.key;
    this.deadline = options.deadline;
    this.attempt = options.attempt;
    this.#above = above;
  }

  /** A part of this call that can be given up alone: it aborts with this one, this one not with it. Who makes it says when it has ended. */
  part(attempt = this.attempt, deadline = this.deadline): Call {
    return new Call({ clock: this.clock, work: this.work, key: this.key, deadline, attempt }, this);
  }

  /** Was it given up? Asking makes no signal. */
  get aborted(): boolean {
    return this.#given !== undefined || (this.#above?.aborted ?? false);
  }

  /** Why it was given up; undefined while it was not. */
  get reason(): unknown {
    return this.#given === undefined ? (this.#above?.reason as unknown) : this.#given.up;
  }

  get signal(): AbortSignal {
    if (this.#controller !== undefined) return this.#controller.signal;
    this.#controller = new AbortController();
    manyMayListen(this.#controller.signal);
    if (this.aborted) this.#controller.abort(this.reason);
    else this.#link();
    return this.#controller.signal;
  }

  /** Gives it up; the first reason stays. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.#given = { up: reason };
    this.#controller?.abort(reason);
    this.end();
  }

  /** It has ended: lets go of the signal above, which may live for long. */
  end(): void {
    this.#unlink?.();
    this.#unlink = undefined;
  }

  #link(): void {
    const above = this.#above instanceof Call ? this.#above.signal : this.#above;
    if (above === undefined) return;
    const abort = (): void => this.#controller?.abort(above.reason);
    above.addEventListener('abort', abort, { once: true });
    this.#unlink = () => above.removeEventListener('abort', abort);
  }
}

/** One signal may serve many at the same time, such as a request's that makes many calls; from the eleventh listener on Node.js would warn of a leak. */
export function manyMayListen(signal: AbortSignal): void {
  // Not 0, which means the same: events.getMaxListeners of Node.js 20 throws for it, and others ask.
  if (signal instanceof AbortSignal) setMaxListeners(Infinity, signal);
}
