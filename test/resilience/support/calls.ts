import { isKeelsonError, KeelsonError } from '../../../src/core';
import { createMetrics, type Metrics } from '../../../src/metrics';
import { Call } from '../../../src/resilience/call';
import { FakeClock } from '../../support/fake-clock';

/** Work that never ends. */
export const never = (): Promise<never> => new Promise(() => undefined);

/** The code of what it rejects with, its text if that is no error of the chassis, or `none`. */
export function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (isKeelsonError(error) ? error.code : String(error)),
  );
}

/** What it rejects with. */
export function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function keelsonError(code: string, status?: number): KeelsonError {
  return new KeelsonError(code, 'made for a test', { retryable: false, ...(status !== undefined && { status }) });
}

/** Work that ends when the test says so. */
export class Gate {
  open!: (value?: unknown) => void;
  fail!: (error: unknown) => void;
  readonly promise: Promise<unknown>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
    this.promise.catch(() => undefined);
  }
}

export function aCall(clock = new FakeClock(), above?: AbortSignal): Call {
  return new Call({ clock, work: never, key: undefined, deadline: undefined, attempt: 1 }, above);
}

export function someMetrics(): Metrics {
  return createMetrics({ service: { name: 'shop', version: '1', instance: 'a' }, runtime: false });
}

/** The lines of the metrics whose names begin with this, sorted, zeros left out. */
export async function linesOf(metrics: Metrics, prefix: string): Promise<string[]> {
  const { body } = await metrics.expose(undefined);
  return body
    .split('\n')
    .filter((line) => line.startsWith(prefix) && !line.endsWith(' 0'))
    .sort();
}

/** Numbers from 0 to 1, the same ones each time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
