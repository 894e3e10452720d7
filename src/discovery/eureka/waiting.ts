import { type Clock } from '../../core';

/** Something that is waited for by many, each as long as it likes. */
export class Waiting {
  readonly #clock: Clock;
  readonly #waiters = new Set<() => void>();
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It has come: nobody waits any more. */
  over(): void {
    this.#over = true;
    for (const done of [...this.#waiters]) done();
  }

  /** @returns resolves when it has come, `ms` have passed (undefined: no limit; 0 or less: at once) or the signal aborts */
  wait(ms: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#over || signal?.aborted || (ms !== undefined && ms <= 0)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        timer?.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = ms === undefined ? undefined : this.#clock.after(ms, done);
      this.#waiters.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
