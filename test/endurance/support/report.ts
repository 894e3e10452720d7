import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** Prints the figures of a run, one a line; with REPORT set to a file, they and the series are written there as JSON, beside those of other runs. */
export function publish(run: string, figures: readonly string[], series: Readonly<Record<string, unknown>>): void {
  for (const figure of figures) process.stdout.write(`${run}: ${figure}\n`);
  const file = process.env['REPORT'];
  if (file === undefined) return;
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  all[run] = { date: new Date().toISOString(), node: process.version, figures, ...series };
  writeFileSync(file, `${JSON.stringify(all, undefined, 1)}\n`);
}

/** A number from the environment, for long runs that are made shorter, and seeds of runs to be repeated. */
export function numberFrom(variable: string, otherwise: number): number {
  const text = process.env[variable];
  return text === undefined ? otherwise : Number(text);
}

/** Slope of the straight line nearest to the points (least squares). */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return over / under;
}
