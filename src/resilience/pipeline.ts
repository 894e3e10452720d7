import { clockHere, compose, type Clock } from '../core';
import { Call, manyMayListen, type Attempt } from './call';
import { givenUp } from './given-up';
import { deadlineExceeded, limited } from './limited';
import { type AddedBy, type Policy } from './policy';

/** What one call may say. */
export interface RunOptions {
  /** Gives the call up when it aborts: it rejects at once, and the work's signal aborts. */
  readonly signal?: AbortSignal | undefined;
  /** When the whole call must have ended: milliseconds by `clock.now()`, such as `service.context().deadline`. */
  readonly deadline?: number | undefined;
  /** What rateLimit, cache and coalescing tell calls apart by. @default all calls are alike */
  readonly key?: string | undefined;
  /** What the call is about, for stages of your own: `call.subject`. */
  readonly subject?: unknown;
}

/** Runs work under the policies it was made from. Rejects with what the work or a policy throws. */
export type Pipeline<Added = never> = <T>(
  work: (attempt: Attempt) => Promise<T>,
  options?: RunOptions,
) => Promise<T | Added>;

/**
 * Joins policies into one, outermost first. The order is the meaning: `pipeline(timeout(a), retry(b), timeout(c))` limits the whole and each attempt.
 *
 * @throws ABORTED when `signal` aborts (or what it was aborted with, if that is a KeelsonError), DEADLINE_EXCEEDED when the deadline passes, and what each policy says
 */
export function pipeline<P extends readonly Policy<unknown>[]>(...policies: P): Pipeline<AddedBy<P[number]>> {
  return pipelineWith({}, ...policies);
}

/** What a pipeline is given by who wires it. */
export interface PipelineTools {
  /** The time that its policies live by. @default the machine's; where a service is made in a test, that service's */
  readonly clock?: Clock;
  /**
   * Has the pipeline a timer of its own that ends a call at its deadline? False is for policies that let nothing run beyond it, such as a timeout around all that
   * takes time: it saves that timer. A deadline that has passed already counts either way. @default true
   */
  readonly watchDeadline?: boolean;
}

/** Like {@link pipeline}, on a clock of your own: tests need not wait. */
export function pipelineWith<P extends readonly Policy<unknown>[]>(
  { clock = clockHere(), watchDeadline = true }: PipelineTools,
  ...policies: P
): Pipeline<AddedBy<P[number]>> {
  const chain = compose<Call, unknown>(policies, toWork);
  const bounded = (call: Call): Promise<unknown> => untilDeadline(call, chain, watchDeadline);
  const run = (work: (attempt: Attempt) => Promise<unknown>, options: RunOptions = {}): Promise<unknown> => {
    const { signal, deadline, key, subject } = options;
    const call = new Call({ clock, work, key, deadline, attempt: 1, subject }, signal);
    return signal === undefined ? bounded(call) : untilAborted(signal, call, bounded);
  };
  return run as Pipeline<AddedBy<P[number]>>;
}

/** Work may throw at once as well, or answer without a promise. An async function would say the same, but be three turns later. */
function toWork(call: Call): Promise<unknown> {
  try {
    return Promise.resolve(call.work(call));
  } catch (error) {
    const failure = error as Error;
    return Promise.reject(failure);
  }
}

function untilDeadline(call: Call, chain: (call: Call) => Promise<unknown>, watch: boolean): Promise<unknown> {
  if (call.deadline === undefined) return chain(call);
  const left = call.deadline - call.clock.now();
  if (left <= 0) return Promise.reject(deadlineExceeded());
  return watch ? limited(call, left, chain, deadlineExceeded) : chain(call);
}

function untilAborted(signal: AbortSignal, call: Call, chain: (call: Call) => Promise<unknown>): Promise<unknown> {
  if (signal.aborted) return Promise.reject(givenUp(call));
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(givenUp(call));
    manyMayListen(signal);
    signal.addEventListener('abort', abort, { once: true });
    const over = (): void => {
      signal.removeEventListener('abort', abort);
      call.end();
    };
    const failed = (error: Error): void => {
      over();
      reject(error);
    };
    chain(call).then((value) => {
      over();
      resolve(value);
    }, failed);
  });
}
