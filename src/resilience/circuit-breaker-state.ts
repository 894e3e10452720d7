/** Every state, the usual ones first. */
export const breakerStates = Object.freeze(['closed', 'open', 'half-open', 'forced-open', 'disabled'] as const);

/**
 * `closed`: calls go through and are counted. `open`: none goes through. `half-open`: one goes through, its result decides. `forced-open`: none goes through
 * until somebody says otherwise. `disabled`: all go through, nothing is counted.
 */
export type BreakerState = (typeof breakerStates)[number];

/** A change of state. */
export interface BreakerChange {
  /** The name of the breaker. */
  readonly breaker: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
}

/** What can be listened for: that a state begins, or any change. */
export type BreakerEvent = BreakerState | 'change';
