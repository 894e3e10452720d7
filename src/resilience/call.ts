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

type Listener = (reason: unknown) => void;

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
  /** What the call is about: nothing to the policies. A stage that knows it more exactly sets it, for those within. */
  subject: unknown;
  readonly #above: Call | AbortSignal | undefined;
  #controller: AbortController | undefined;
  #given: { readonly up: unknown } | undefined;
  /** Who is told when it is given up: listeners, and parts of it that somebody listens to. Most often there is one only. */
  #told: Listener | Call | (Listener | Call)[] | undefined;
  /** Is it told by what is above? By a signal with this listener, by a call without. */
  #linked: Listener | boolean = false;

  constructor(
    options: CallOptions,
    above?: Call | AbortSignal,
    attempt = options.attempt,
    deadline = options.deadline,
  ) {
    this.clock = options.clock;
    this.work = options.work;
    this.key = options.key;
    this.deadline = deadline;
    this.attempt = attempt;
    this.subject = options.subject;
    this.#above = above;
  }

  /** A part of this call that can be given up alone: it aborts with this one, this one not with it. Who makes it says when it has ended. */
  part(attempt = this.attempt, deadline = this.deadline): Call {
    return new Call(this, this, attempt, deadline);
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

  /** Calls once when it is given up, at once if it was: what a signal's event is for, at a fraction of its cost. Forgotten when the call has ended. */
  onAbort(listener: Listener): void {
    if (this.aborted) listener(this.reason);
    else this.#tell(listener);
  }

  /** Gives it up; the first reason stays. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.#given = { up: reason };
    this.end();
  }

  /** It has ended: lets go of what is above, which may live for long. If it was given up, who wanted to be told is told now at the latest. */
  end(): void {
    const told = this.#told;
    this.#told = undefined;
    this.#letGo();
    if (told === undefined || !this.aborted) return;
    for (const one of Array.isArray(told) ? told : [told]) {
      if (one instanceof Call) one.end();
      else one(this.reason);
    }
  }

  #tell(one: Listener | Call): void {
    if (this.#told === undefined) this.#told = one;
    else if (Array.isArray(this.#told)) this.#told.push(one);
    else this.#told = [this.#told, one];
    this.#link();
  }

  #forget(one: Call): void {
    const told = this.#told;
    if (told === one) this.#told = undefined;
    else if (Array.isArray(told)) remove(told, one);
  }

  #link(): void {
    const above = this.#above;
    if (this.#linked !== false || above === undefined) return;
    if (above instanceof Call) {
      this.#linked = true;
      above.#tell(this);
      return;
    }
    this.#linked = (): void => this.end();
    above.addEventListener('abort', this.#linked, { once: true });
  }

  #letGo(): void {
    const above = this.#above;
    const linked = this.#linked;
    this.#linked = false;
    if (linked === false || above === undefined) return;
    if (above instanceof Call) above.#forget(this);
    else above.removeEventListener('abort', linked as Listener);
  }
}

/** One signal may serve many at the same time, such as a request's that makes many calls; from the eleventh listener on Node.js would warn of a leak. */
export function manyMayListen(signal: AbortSignal): void {
  // Not 0, which means the same: events.getMaxListeners of Node.js 20 throws for it, and others ask.
  if (signal instanceof AbortSignal) setMaxListeners(Infinity, signal);
}

function remove<T>(list: T[], one: T): void {
  const index = list.indexOf(one);
  if (index < 0) return;
  if (index === list.length - 1) list.pop();
  else list.splice(index, 1);
}
