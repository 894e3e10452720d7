import { join } from 'node:path';
import { runProgram } from '../../../support/program';

const program = join(__dirname, '../fixtures/load-generator.cjs');

/** One kind of request; the kinds take turns. */
export interface LoadRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How much load, for how long: so many a second whatever becomes of them, or so many clients that wait for their answers. */
export type Load = {
  readonly port: number;
  readonly seconds: number;
  readonly requests: readonly LoadRequest[];
} & ({ readonly perSecond: number } | { readonly workers: number });

/** What became of it. */
export interface LoadReport {
  readonly sent: number;
  readonly bytes: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without an answer, by code of the error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Answers of 503 that did not say when to come back. */
  readonly withoutRetryAfter: number;
  /** By status, in milliseconds. */
  readonly latencyMs: Readonly<Record<string, { readonly p50: number; readonly p99: number; readonly max: number }>>;
}

/** Runs the load in a process of its own, until the last request has its answer. */
export async function runLoad(load: Load): Promise<LoadReport> {
  const generator = runProgram([program, JSON.stringify(load)]);
  const { code } = await generator.ended;
  const line = generator.lines.find(({ message }) => message === 'load done');
  if (line === undefined) throw new Error(`the load ended with ${code}: ${generator.stderr}`);
  return line as unknown as LoadReport;
}
