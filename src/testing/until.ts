import { AssertionError } from 'node:assert';
// Not the globals: a runner's fake timers replace those.
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as realMs } from 'node:timers/promises';

/** How {@link until} waits. */
export interface UntilOptions {
  /** What is waited for, in words: for the error. @default 'the condition' */
  readonly what?: string;
  /** In real time, in milliseconds. @default 10000 */
  readonly limitMs?: number;
}

/** How long between two looks, in milliseconds. */
const lookMs = 5;

/**
 * Asks again and again, in real time, until the answer is something else than undefined, false or null: for what comes over sockets, or after an answer.
 *
 * @returns that answer
 * @throws what the question threw; an AssertionError when time is up
 */
export async function until<T>(
  question: () => T | Promise<T>,
  { what = 'the condition', limitMs = 10_000 }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  let over = false;
  const asking = async (): Promise<Exclude<T, undefined | null | false>> => {
    for (;;) {
      const answer = await question();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as Exclude<T, undefined | null | false>;
      }
      // Nobody waits any more.
      if (over) throw outOfPatience(what, limitMs);
      await realMs(lookMs);
    }
  };
  try {
    return await patiently(asking(), what, limitMs);
  } finally {
    over = true;
  }
}

/** A limit in real time. By a timer: a runner's fake timers replace every way to ask what time it is. */
export class Patience {
  #over = false;
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => (this.#over = true), ms);
  }

  get over(): boolean {
    return this.#over;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The error of a wait that was too long. */
export function outOfPatience(what: string, limitMs: number): AssertionError {
  return new AssertionError({ message: `Waited ${limitMs} ms in vain for ${what}.` });
}

/**
 * Waits for work, but no longer than the limit. The work itself is not stopped.
 *
 * @throws what the work threw; an AssertionError when time is up
 */
export async function patiently<T>(work: Promise<T>, what: string, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outOfPatience(what, limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
