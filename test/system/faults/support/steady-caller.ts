import http from 'node:http';
import { ask } from '../../../support/ask';
import { pause } from './crowd';

/** What a caller saw who asked at a steady pace. */
export interface Steady {
  readonly asked: number;
  /** Answers other than 200, and errors. */
  readonly failures: readonly string[];
  /** Milliseconds that 99 of 100 answers took at most. */
  readonly p99: number;
}

/** Asks one after the other over a kept connection, with a pause between, until told to stop. */
export async function callSteadily(port: number, path: string, everyMs: number, over: () => boolean): Promise<Steady> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  const failures: string[] = [];
  while (!over()) {
    const begun = performance.now();
    try {
      const { status } = await ask(port, path, { agent });
      if (status !== 200) failures.push(String(status));
    } catch (error) {
      failures.push(String(error));
    }
    took.push(performance.now() - begun);
    await pause(everyMs);
  }
  agent.destroy();
  return { asked: took.length, failures, p99: percentile(took, 0.99) };
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
