import { type Call } from './call';

/** Waits, and keeps the process alive for it: a retry may be all that a program has left to do. Ends at once when the call is given up. */
export function pause(call: Call, ms: number): Promise<void> {
  if (call.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const { signal } = call;
    const over = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = call.clock.after(ms, over, true);
    signal.addEventListener('abort', over, { once: true });
  });
}
