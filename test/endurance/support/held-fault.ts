import { testWith } from '../../system/support/need';
import { numberFrom, publish } from './report';

/** What the test of a fault that is held for minutes is given. */
export interface HeldRun {
  /** What it found, in words with a number and its limit. */
  report(figure: string): void;
  /** Closes something when the run is over, the last one first, also when it failed. */
  closeLater(close: () => Promise<unknown>): void;
}

/** For how long a fault is held, in milliseconds, where it has no time of its own. HELD_MINUTES makes it shorter or longer. */
export const heldMs = numberFrom('HELD_MINUTES', 10) * 60_000;

/**
 * A fault that is held for minutes of real time, where the system tests have a clock that they move. All of a file go on at the same time, because
 * they mostly wait. One that reports nothing fails.
 *
 * @param rows the numbers of the fault in docs/reliability.md
 * @param needs programs that the machine must have
 */
export function heldFault(
  rows: string,
  title: string,
  run: (held: HeldRun) => Promise<void>,
  ...needs: string[]
): void {
  const plain = testWith(...needs) as Partial<jest.It> & jest.It;
  const concurrent = plain.concurrent ?? plain; // what is skipped has none
  concurrent(`fault ${rows}, in real time: ${title}`, async () => {
    const figures: string[] = [];
    const closers: (() => Promise<unknown>)[] = [];
    try {
      await run({
        report: (figure) => void figures.push(figure),
        closeLater: (close) => void closers.push(close),
      });
    } finally {
      for (const close of closers.reverse()) await close();
    }
    if (figures.length === 0) throw new Error(`fault ${rows} reported no figure`);
    publish(`fault ${rows} in real time`, figures, {});
  });
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: servers that all start at once would take longer than a start may. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}
