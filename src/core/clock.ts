/** A timer that somebody owns. */
export interface Timer {
  /** Stops it. Safe to call twice, and after it fired. */
  cancel(): void;
}

/** Where time comes from. Everything in the chassis that waits or measures takes one, so that tests need not wait. */
export interface Clock {
  /**
   * Milliseconds since the epoch by the process's monotonic clock: it never jumps when the machine's clock is set.
   * For durations and deadlines.
   */
  now(): number;
  /** Milliseconds since the epoch by the wall clock. For timestamps that people and other machines read. */
  wall(): number;
  /**
   * Calls once after `ms`. The timer does not keep the process alive, unless `keepAlive` is true: for a wait that is itself the work, as before a retry, and
   * may be all that a program has left to do.
   */
  after(ms: number, call: () => void, keepAlive?: boolean): Timer;
  /** Calls every `ms` until cancelled. The timer does not keep the process alive. */
  every(ms: number, call: () => void): Timer;
}

/** The longest delay a Node.js timer takes, in milliseconds; a longer one would fire at once. */
export const longestDelayMs = 2_147_483_647;

const origin = performance.timeOrigin;

/** The machine's own time. */
export const systemClock: Clock = Object.freeze({
  now: () => origin + performance.now(),
  wall: () => Date.now(),
  after: (ms: number, call: () => void, keepAlive = false): Timer => {
    const handle = setTimeout(call, Math.min(ms, longestDelayMs));
    if (!keepAlive) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every: (ms: number, call: () => void): Timer => {
    const handle = setInterval(call, Math.min(ms, longestDelayMs)).unref();
    return { cancel: () => clearInterval(handle) };
  },
});

/**
 * Waits until `work` settles, `ms` have passed or the signal aborts, whichever comes first.
 *
 * @returns the work's result
 * @throws what `late()` returns when time is up or the signal aborted; what the work threw otherwise. The work itself is not stopped: give it a signal.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) {
    work.catch(() => undefined);
    throw late();
  }
  let timer: Timer | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    const stop = (): void => reject(late());
    timer = clock.after(ms, stop);
    onAbort = stop;
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer?.cancel();
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
