import { KeelsonError } from '../../../src/core';
import { Call, type CallOptions } from '../../../src/resilience/call';
import { FakeClock } from '../../support/fake-clock';

/** Work that never ends by itself. */
export const never = (): Promise<never> => new Promise(() => undefined);

/** What a run rejects with; undefined when it does not. */
export const failure = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

/** An error that says that trying again may help, if it is so. */
export const broken = (retryable = true, details: Record<string, unknown> = {}): KeelsonError =>
  new KeelsonError('CONNECTION_FAILED', 'It broke.', { retryable, details });

/** A call with nothing around it. */
export const callOf = (options: Partial<CallOptions> = {}, above?: AbortSignal): Call =>
  new Call(
    {
      clock: new FakeClock(),
      work: never,
      key: undefined,
      deadline: undefined,
      attempt: 1,
      ...options,
    },
    above,
  );

/** Counts the listeners that a signal has now. */
export function listenersOf(signal: AbortSignal): () => number {
  const add = jest.spyOn(signal, 'addEventListener');
  const remove = jest.spyOn(signal, 'removeEventListener');
  return () => {
    const removed = new Set(remove.mock.calls.map(([, listener]) => listener));
    return add.mock.calls.filter(([, listener]) => !removed.has(listener)).length;
  };
}

/** Numbers that look random and are the same in each run: the Park-Miller generator. */
export function seeded(seed = 42): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
