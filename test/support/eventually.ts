/** Asks again every few milliseconds until there is an answer; for what another process or the real clock brings about. */
export async function eventually<T>(
  question: () => T | undefined | Promise<T | undefined>,
  what: string,
  limitMs = 10_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`did not come within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
