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
  /** What the call is about: nothing to the policies, everything to stages that a client puts between them. */
  readonly subject?: unknown;
}

/** One call, or one attempt of it, on its way through the policies. */
export class Call implements Attempt {
  /** Where time comes from. */
  readonly clock: Clock;
  /** What is to be done. */
  readonly work: (attempt: Attempt) => Promise<unknown>;
  /** What rateLimit, cache and coalescing tell calls apart by. */
  readonly key: string | undefined;
  readonly deadline: number | undefined;
  readonly attempt: number;
  /** What the call is about: nothing to the policies. */
  readonly subject: unknown;
  readonly #above: Call | AbortSignal | undefined;
  #controller: AbortController | undefined;
  #given: { readonly up: unknown } | undefined;
  #listeners: ((reason: unknown) => void)[] | undefined;
  #unlink: (() => void) | undefined;

  constructor(options: CallOptions, above?: Call | AbortSignal) {
    this.clock = options.clock;
    this.work = options.work;
    this.key = options.key;
    this.deadline = options.deadline;
    this.attempt = options.attempt;
    this.subject = options.subject;
    this.#above = above;
  }

  /** A part of this call that can be given up alone: it aborts with this one, this one not with it. Who makes it says when it has ended. */
  part(attempt = this.attempt, deadline = this.deadline, subject = this.subject): Call {
    return new Call({ clock: this.clock, work: this.work, key: this.key, deadline, attempt, subject }, this);
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
    const controller = new AbortController();
    manyMayListen(controller.signal);
    this.#controller = controller;
    this.onAbort((reason) => controller.abort(reason));
    return controller.signal;
  }

  /** Calls once when it is given up, at once if it was: what a signal's event is for, at a fraction of its cost. @returns takes it back */
  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.aborted) {
      listener(this.reason);
      return nothing;
    }
    const listeners = (this.#listeners ??= []);
    listeners.push(listener);
    this.#link();
    return () => {
      const index = listeners.indexOf(listener);
      if (index >= 0) listeners.splice(index, 1);
    };
  }

  /** Gives it up; the first reason stays. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.#given = { up: reason };
    this.end();
  }

  /** It has ended: lets go of what is above, which may live for long. If it was given up, who wanted to be told is told now at the latest. */
  end(): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#unlink?.();
    this.#unlink = undefined;
    if (listeners === undefined || !this.aborted) return;
    const reason = this.reason;
    for (const listener of [...listeners]) listener(reason);
  }

  #link(): void {
    const above = this.#above;
    if (this.#unlink !== undefined || above === undefined) return;
    const aborted = (): void => this.end();
    if (above instanceof Call) {
      this.#unlink = above.onAbort(aborted);
      return;
    }
    above.addEventListener('abort', aborted, { once: true });
    this.#unlink = () => above.removeEventListener('abort', aborted);
  }
}

/** One signal may serve many at the same time, such as a request's that makes many calls; from the eleventh listener on Node.js would warn of a leak. */
export function manyMayListen(signal: AbortSignal): void {
  // Not 0, which means the same: events.getMaxListeners of Node.js 20 throws for it, and others ask.
  if (signal instanceof AbortSignal) setMaxListeners(Infinity, signal);
}

function nothing(): void {}
