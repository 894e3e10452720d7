import { appendFileSync } from 'node:fs';
import { testWith } from '../../support/need';

/** What a test of a fault found, in words with a number and its limit: `slowest cut after 10.6 s (limit 11 s)`. */
export type Report = (figure: string) => void;

/** How the test of a fault differs from the usual. */
export interface FaultOptions {
  /** Programs that the machine must have. */
  readonly needs?: readonly string[];
  /** @default 60000 */
  readonly timeoutMs?: number;
}

/**
 * A test that injects one of the numbered faults and reports the figure it saw. The figures are printed, and with FIGURES set to a file
 * they are appended to it, one JSON object a line: docs/reliability.md is made from that. A test that reports nothing fails.
 */
export function fault(
  row: number,
  injected: string,
  expected: string,
  run: (report: Report) => Promise<void>,
  { needs = [], timeoutMs = 60_000 }: FaultOptions = {},
): void {
  testWith(...needs)(
    `fault ${row}: ${injected}: ${expected}`,
    async () => {
      const figures: string[] = [];
      await run((figure) => figures.push(figure));
      if (figures.length === 0) throw new Error(`fault ${row} reported no figure`);
      const figure = figures.join('; ');
      process.stdout.write(`fault ${row}: ${injected}: ${figure}\n`);
      const file = process.env['FIGURES'];
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ row, injected, expected, figure })}\n`);
    },
    timeoutMs,
  );
}
