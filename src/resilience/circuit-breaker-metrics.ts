import { type CounterSeries, type Meter } from '../core';
import { breakerStates, type BreakerState } from './circuit-breaker-state';
import { type Outcome } from './circuit-breaker-outcome';

/** The series of one breaker. */
export interface BreakerSeries {
  /** It is in another state now. */
  moved(from: BreakerState, to: BreakerState): void;
  /** A call has ended, or was not let through. */
  ended(outcome: Outcome | 'rejected'): void;
}

/** Makes the metrics of the breaker of this name, which is closed. */
export function breakerMetrics(meter: Meter, name: string): BreakerSeries {
  const state = meter.gauge({
    name: 'keelson_circuit_breaker_state',
    help: 'Whether the circuit breaker is in the state (1) or not (0).',
    labels: ['name', 'state'],
  });
  const transitions = meter.counter({
    name: 'keelson_circuit_breaker_transitions_total',
    help: 'How often the circuit breaker went from one state to another.',
    labels: ['name', 'from', 'to'],
  });
  const calls = meter.counter({
    name: 'keelson_circuit_breaker_calls_total',
    help: 'Calls that came to the circuit breaker, by what became of them.',
    labels: ['name', 'outcome'],
  });
  const show = (now: BreakerState): void => {
    for (const each of breakerStates) state.set({ name, state: each }, each === now ? 1 : 0);
  };
  const series = (outcome: string): CounterSeries => calls.labels({ name, outcome });
  const byOutcome = {
    success: series('success'),
    slow: series('slow'),
    failure: series('failure'),
    ignored: series('ignored'),
    rejected: series('rejected'),
  };
  show('closed');
  return {
    moved: (from, to) => {
      show(to);
      transitions.inc({ name, from, to });
    },
    ended: (outcome) => byOutcome[outcome].inc(),
  };
}
