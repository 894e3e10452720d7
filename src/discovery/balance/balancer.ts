import { type Instance } from '../contract';

/** What one pick may wish for. */
export interface PickOptions {
  /** Calls with the same key go to the same instance, where the balancer is one of that kind. */
  readonly key?: string | undefined;
  /** Ids of instances to take only if there is no other: those that a call has already failed on. */
  readonly avoid?: readonly string[] | undefined;
}

/**
 * How an attempt ended. `failure`: connection error, time limit, 5xx. `ignored`: it says nothing about the instance, such as one that the caller gave up.
 * Everything else is a `success`, a 4xx too.
 */
export type Outcome = 'success' | 'failure' | 'ignored';

/**
 * Chooses the instance of each attempt. It is told of every attempt, once when it begins and once when it has ended; one that picks by load counts on it.
 * A value has a memory of its own: one for each client of each service.
 */
export interface Balancer {
  /** @returns undefined only if there is no candidate at all */
  pick(candidates: readonly Instance[], options?: PickOptions): Instance | undefined;
  /** An attempt begins on this instance, which was picked for it just now. One that was picked may be given up before it begins. */
  begin(instance: Instance): void;
  /** The attempt has ended. @param ms how long it took, by the clock that the balancer was given */
  end(instance: Instance, ms: number, outcome: Outcome): void;
  /** What attempts on this instance have taught counts no more: it was left out for a while, and is well again. @default nothing is forgotten */
  forget?(instance: Instance): void;
}

/** Where chance comes from: 0 or more, less than 1. */
export type Random = () => number;

/** The candidates but those to avoid; all of them, if these are all. */
export function preferred(candidates: readonly Instance[], options: PickOptions | undefined): readonly Instance[] {
  const avoid = options?.avoid;
  if (avoid === undefined || avoid.length === 0) return candidates;
  const others = candidates.filter(({ id }) => !avoid.includes(id));
  return others.length > 0 ? others : candidates;
}

/** For a balancer that learns nothing from what it is told. */
export const learnsNothing = Object.freeze({
  begin: (): void => undefined,
  end: (): void => undefined,
});
