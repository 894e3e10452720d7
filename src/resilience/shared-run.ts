import { currentScope, KeelsonError, runInScope, type Timer } from '../core';
import { Call } from './call';

/**
 * One execution that several calls wait for. It belongs to none of them: it has no deadline, and it is given up when the last of them has gone. One that nobody waits for
 * yet (a refresh in the background) is given up after `unwatchedMs`.
 */
export class SharedRun<T> {
  readonly #call: Call;
  readonly #result: Promise<T>;
  readonly #timer: Timer | undefined;
  readonly #onGivenUp: () => void;
  #waiting = 0;
  #ended = false;

  /** `onGivenUp` is called when all have gone, so that nobody joins what is being aborted. */
  constructor(first: Call, next: (call: Call) => Promise<T>, onGivenUp: () => void, unwatchedMs?: number) {
    const { clock, work, key, attempt } = first;
    this.#call = new Call({ clock, work, key, attempt, deadline: undefined });
    this.#onGivenUp = onGivenUp;
    // By the time that it ends somebody who waits may have come, and then it is theirs.
    if (unwatchedMs !== undefined) this.#timer = clock.after(unwatchedMs, () => this.#ifUnwatched());
    this.#result = runApart(this.#call, next).finally(() => this.#end());
    this.#result.catch(() => undefined);
  }

  /** What comes of it, with nobody waiting. Never an unhandled rejection. */
  get result(): Promise<T> {
    return this.#result;
  }

  /** Waits for it on behalf of a call. Rejects when that call is given up, and only that. */
  join(call: Call): Promise<T> {
    if (call.aborted) return Promise.reject(reasonOf(call));
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      const { signal } = call;
      const gone = (): void => {
        left();
        reject(reasonOf(call));
      };
      const left = (): void => {
        signal.removeEventListener('abort', gone);
        this.#waiting -= 1;
        this.#ifUnwatched();
      };
      signal.addEventListener('abort', gone, { once: true });
      this.#result.then(
        (value) => {
          left();
          resolve(value);
        },
        (error: Error) => {
          left();
          reject(error);
        },
      );
    });
  }

  #ifUnwatched(): void {
    if (this.#ended || this.#waiting > 0) return;
    this.#onGivenUp();
    this.#call.abort(new KeelsonError('ABORTED', 'Nobody waits for this work any more.', { retryable: false }));
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#call.end();
  }
}

/** Within the trace of the first caller, but not within its request: whose deadline and signal are not those of the others. */
async function runApart<T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> {
  const scope = currentScope();
  if (scope?.work === undefined) return next(call);
  return runInScope({ work: undefined, trace: scope.trace, telemetry: scope.telemetry }, next, call);
}

/** Callers may abort with whatever they like; it is handed on as it is. */
function reasonOf(call: Call): Error {
  return call.reason as Error;
}
