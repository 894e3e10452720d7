/** Lets real time pass, in ms. What is examined is another process: its time cannot be chosen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
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
