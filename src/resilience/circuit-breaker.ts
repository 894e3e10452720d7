import { BreakerMachine } from './circuit-breaker-machine';
import { resolveBreaker, type CircuitBreakerOptions } from './circuit-breaker-options';
import { type BreakerChange, type BreakerEvent, type BreakerState } from './circuit-breaker-state';
import { type Policy } from './policy';

/** A circuit breaker: a policy that can be asked and told. */
export interface CircuitBreaker extends Policy {
  /** Where it stands. It goes from `open` to `half-open` with the first call after `openMs`, not before. */
  readonly state: BreakerState;
  /** Lets no call through until {@link CircuitBreaker.reset} or {@link CircuitBreaker.disable}. */
  forceOpen(): void;
  /** Lets every call through and counts none until {@link CircuitBreaker.reset} or {@link CircuitBreaker.forceOpen}. */
  disable(): void;
  /** Closes it and forgets what was counted. Calls that are under way count no more. */
  reset(): void;
  /** Calls the listener when a state begins, or with `change` each time. @returns ends it */
  on(event: BreakerEvent, listener: (change: BreakerChange) => void): () => void;
}

/**
 * Stops calling what fails: when too large a share of the recent calls failed, it opens and rejects at once; after a while it lets one call try and
 * closes if that one succeeds. Share one between all calls of a dependency. A time limit belongs inside of it, so that a call that hangs counts.
 *
 * @throws BREAKER_OPEN (retryable) while it is open; its details are `breaker` and, unless it was forced open, `retryAfterMs`
 */
export function circuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const machine = new BreakerMachine(resolveBreaker(options));
  const policy: Policy = (call, next) => machine.run(call, next);
  return Object.defineProperties(policy, {
    state: { get: () => machine.state, enumerable: true },
    forceOpen: { value: () => machine.set('forced-open'), enumerable: true },
    disable: { value: () => machine.set('disabled'), enumerable: true },
    reset: { value: () => machine.reset(), enumerable: true },
    on: {
      value: (event: BreakerEvent, listener: (change: BreakerChange) => void) => machine.listeners.add(event, listener),
      enumerable: true,
    },
  }) as CircuitBreaker;
}
