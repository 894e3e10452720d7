import { breakerStates, type BreakerState } from '../../src/resilience/circuit-breaker-state';

test('there are five states, and the list cannot be changed', () => {
  const known: Record<BreakerState, true> = {
    closed: true,
    open: true,
    'half-open': true,
    'forced-open': true,
    disabled: true,
  };
  expect([...breakerStates]).toEqual(Object.keys(known));
  expect(Object.isFrozen(breakerStates)).toBe(true);
});
