import { KeelsonError, longestDelayMs, type Clock, type Timer } from '../core';
import { untilOver } from './until-over';

/** How long the steps of a stop may wait. */
export interface StopSignals {
  /** Aborts when the work in hand must end: before all time is up, so that what it used can still be closed in order. */
  readonly work: AbortSignal;
  /** Aborts when all time is up: close at once then. */
  readonly all: AbortSignal;
  /**
   * The next of things that are closed one after the other has its turn; `left` are still to be closed, it too. The signal aborts when
   * it has to make room: before that moment for the work in hand it need not, then each may take its part of the time that was kept back.
   */
  turn(left: number): AbortSignal;
}

/** A share of the time that is kept back for what comes later: a fifth, at most this many milliseconds. */
const keptBackMs = 2_000;
/** How long after all time is up a step that still does not end is left behind, in milliseconds. */
const overdueMs = 250;

/** The time that a stop may take, and what is left of it. Runs from its making until `end()`. */
export class StopLimits implements StopSignals {
  readonly #clock: Clock;
  readonly #work = new AbortController();
  readonly #all = new AbortController();
  readonly #over = new AbortController();
  /** The chassis's timers keep no process alive, but one that stops must live until it has. */
  readonly #alive = setInterval(() => undefined, longestDelayMs);
  #timers: readonly Timer[] = [];
  #endsAt = Infinity;
  #ms = 0;
  #hurry: (() => void) | undefined;
  #turn: { readonly controller: AbortController; readonly left: number } | undefined;
  #turnTimer: Timer | undefined;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#limitTo(ms);
  }

  get work(): AbortSignal {
    return this.#work.signal;
  }

  get all(): AbortSignal {
    return this.#all.signal;
  }

  turn(left: number): AbortSignal {
    const controller = new AbortController();
    this.#turn = { controller, left };
    this.#limitTurn();
    return controller.signal;
  }

  /** Ends a delay under way, and leaves at most this many milliseconds from now on. */
  shorten(ms: number): void {
    if (this.#clock.now() + ms < this.#endsAt) this.#limitTo(ms);
    this.#hurry?.();
  }

  /** Lets time pass, but never so much that nothing would be left for the work in hand. */
  delay(ms: number): Promise<void> {
    const { drainMs } = shareOfStop(this.#ms, ms);
    return new Promise((resolve) => {
      const timer = this.#clock.after(drainMs, resolve);
      this.#hurry = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** Waits for a step, but not for ever when it does not end although all time is up. @throws what `late()` returns then */
  hold(step: Promise<void>, late: () => Error): Promise<void> {
    return untilOver(step, this.#over.signal, late);
  }

  /** Stops the timers. */
  end(): void {
    this.#cancel();
    clearInterval(this.#alive);
  }

  #limitTo(ms: number): void {
    this.#cancel();
    this.#ms = ms;
    this.#endsAt = this.#clock.now() + ms;
    const reason = new KeelsonError('TIMEOUT', `The stop took longer than ${ms} ms.`, { retryable: false });
    this.#timers = [
      this.#clock.after(ms - keptBackOf(ms), () => this.#work.abort(reason)),
      this.#clock.after(ms, () => this.#all.abort(reason)),
      this.#clock.after(ms + overdueMs, () => this.#over.abort(reason)),
    ];
    this.#limitTurn();
  }

  /** Half of what is kept back is for the turns, the other half for what comes after them: spans and log lines tell what happened. */
  #limitTurn(): void {
    this.#turnTimer?.cancel();
    if (this.#turn === undefined) return;
    const { controller, left } = this.#turn;
    const keptBack = keptBackOf(this.#ms);
    const now = this.#clock.now();
    const fairShare = (this.#endsAt - keptBack / 2 - now) / left;
    const ms = Math.max(this.#endsAt - keptBack - now, fairShare);
    const abort = (): void => {
      controller.abort(new KeelsonError('TIMEOUT', 'The time to stop in is up.', { retryable: false }));
    };
    if (ms <= 0) abort();
    else this.#turnTimer = this.#clock.after(ms, abort);
  }

  #cancel(): void {
    this.#turnTimer?.cancel();
    for (const timer of this.#timers) timer.cancel();
  }
}

/** How the time of a stop is shared out, in milliseconds. */
export interface StopShare {
  /** The drain delay as far as there is room for it. */
  readonly drainMs: number;
  /** What the work in hand gets after that, until it is cut. */
  readonly workMs: number;
  /** Kept back for closing in order what the work used. */
  readonly keptBackMs: number;
  /** When a stop is over in any case, counted from its begin. */
  readonly overMs: number;
}

/** How a stop of `timeoutMs` shares out its time, in milliseconds. */
export function shareOfStop(timeoutMs: number, drainDelayMs: number): StopShare {
  const keptBack = keptBackOf(timeoutMs);
  const drainMs = Math.min(drainDelayMs, timeoutMs - 2 * keptBack);
  return { drainMs, workMs: timeoutMs - keptBack - drainMs, keptBackMs: keptBack, overMs: timeoutMs + overdueMs };
}

function keptBackOf(ms: number): number {
  return Math.min(ms / 5, keptBackMs);
}
