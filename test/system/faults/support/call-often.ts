import { isKeelsonError } from '../../../../src/core';

/** What became of a call. */
export interface Called {
  /** The code of its error; undefined: it was answered. */
  readonly code: string | undefined;
  readonly ms: number;
}

/** Makes one call. */
export async function timed(call: () => Promise<unknown>): Promise<Called> {
  const begun = performance.now();
  try {
    await call();
    return { code: undefined, ms: performance.now() - begun };
  } catch (error) {
    const code = isKeelsonError(error) ? error.code : String(error);
    return { code, ms: performance.now() - begun };
  }
}

/** Calls again and again, by so many workers of which each waits for its answer, and for `restMs` after it, until it is over. */
export async function callOften(
  call: () => Promise<unknown>,
  workers: number,
  over: (made: number) => boolean,
  restMs = 0,
): Promise<Called[]> {
  const called: Called[] = [];
  let made = 0;
  const work = async (): Promise<void> => {
    while (!over(made)) {
      made += 1;
      called.push(await timed(call));
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return called;
}

/** Those that failed. */
export function failed(called: readonly Called[]): Called[] {
  return called.filter(({ code }) => code !== undefined);
}

/** How long the slowest took, in milliseconds. */
export function slowest(called: readonly Called[]): number {
  return called.reduce((most, { ms }) => Math.max(most, ms), 0);
}

/** After so many calls. */
export function after(calls: number): (made: number) => boolean {
  return (made) => made >= calls;
}

/** After so long. */
export function afterMs(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
