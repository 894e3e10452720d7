/**
 * Lets real time pass, in ms. What is examined is another process: its time cannot be chosen. It keeps no process alive: while checks run the stub does, and one
 * that was given up is not waited for.
 */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}

/** Waits until it is so, at most for `ms`. @returns whether it came to be so */
export async function until(ms: number, isSo: () => boolean | Promise<boolean>, everyMs = 20): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() >= end) return false;
    await pause(everyMs);
  }
}
