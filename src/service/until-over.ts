/** How many turns of the event loop are given after the time is up: what can be closed at once still is. */
const turnsMore = 3;

/**
 * Waits for work, and once the signal has aborted only a few turns of the event loop more. The work itself is not stopped.
 *
 * @throws what `late()` returns when it was not done by then; what the work threw otherwise
 */
export async function untilOver(work: Promise<unknown>, signal: AbortSignal, late: () => Error): Promise<void> {
  let wake = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    wake = resolve;
  });
  if (signal.aborted) wake();
  else signal.addEventListener('abort', wake, { once: true });
  const over = aborted.then(turns).then(() => Promise.reject(late()));
  try {
    await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', wake);
    over.catch(() => undefined);
    work.catch(() => undefined);
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < turnsMore; i++) await new Promise((resolve) => setImmediate(resolve));
}
