import { type Clock } from './clock';

/** Waits so many milliseconds, or until the signal aborts. */
export function rest(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = clock.after(ms, over);
    signal?.addEventListener('abort', over, { once: true });
  });
}
