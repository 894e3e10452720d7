import { currentScope, runInScope, type Clock, type Scope, type Timer } from '../core';

/** A timer may fire by so much too early, in milliseconds: it counts whole ones. */
const graceMs = 0.5;

/**
 * Time limits of one length. Those that begin first end first, so one timer serves all that are under way; a timer for each would cost more than all else that
 * a limit does. There is none while nothing is under way.
 */
export class LimitLine {
  readonly clock: Clock;
  readonly #ms: number;
  #first: Limit | undefined;
  #last: Limit | undefined;
  #timer: Timer | undefined;
  readonly #over = (): void => this.#end();
  readonly #start = (ms: number): Timer => this.clock.after(ms, this.#over);

  constructor(clock: Clock, ms: number) {
    this.clock = clock;
    this.#ms = ms;
  }

  /** Calls once when the time is over, in the scope of who asks. @param until now and the line's length */
  begin(until: number, late: () => void): Timer {
    const limit = new Limit(this, until, late, this.#last);
    if (this.#last === undefined) this.#first = limit;
    else this.#last.after = limit;
    this.#last = limit;
    if (this.#timer === undefined) this.#arm(this.#ms);
    return limit;
  }

  leave({ before, after }: Limit): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    if (this.#first !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The timer is of all, so it belongs to the scope of none. */
  #arm(ms: number): void {
    this.#timer = runInScope(undefined, this.#start, ms);
  }

  #end(): void {
    this.#timer = undefined;
    const now = this.clock.now();
    const late: Limit[] = [];
    for (let one = this.#first; one !== undefined && one.until <= now + graceMs; one = one.after) late.push(one);
    // In this order, because who is told may begin another.
    for (const limit of late) limit.cancel();
    if (this.#first !== undefined) this.#arm(this.#first.until - now);
    for (const limit of late) limit.tell();
  }
}

class Limit implements Timer {
  readonly until: number;
  before: Limit | undefined;
  after: Limit | undefined = undefined;
  readonly #line: LimitLine;
  readonly #late: () => void;
  readonly #scope: Scope | undefined;
  #waits = true;

  constructor(line: LimitLine, until: number, late: () => void, before: Limit | undefined) {
    this.#line = line;
    this.until = until;
    this.#late = late;
    this.before = before;
    this.#scope = currentScope();
  }

  cancel(): void {
    if (!this.#waits) return;
    this.#waits = false;
    this.#line.leave(this);
  }

  tell(): void {
    runInScope(this.#scope, this.#late);
  }
}
