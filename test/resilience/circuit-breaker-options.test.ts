import { type CircuitBreakerOptions, resolveBreaker } from '../../src/resilience/circuit-breaker-options';

test('the defaults, also for options that are there but undefined', () => {
  const given = { name: 'stock', threshold: undefined } as unknown as CircuitBreakerOptions;
  expect(resolveBreaker(given)).toMatchObject({
    name: 'stock',
    threshold: 0.5,
    minimumCalls: 20,
    windowMs: 10_000,
    openMs: 30_000,
    slowCallMs: undefined,
    slowCallRate: undefined,
  });
});

test('what is given is neither changed nor kept', () => {
  const given = Object.freeze({ name: 'stock', threshold: 0.2 });
  const resolved = resolveBreaker(given);
  expect(resolved).not.toBe(given);
  expect(given).toEqual({ name: 'stock', threshold: 0.2 });
});

test.each<[object, RegExp]>([
  [{ name: '' }, /name must be text that is not empty, not ""/],
  [{ name: undefined }, /name must be text that is not empty, not undefined/],
  [{ threshold: 0 }, /threshold must be a number from 0.01 to 1, not 0/],
  [{ threshold: 50 }, /threshold must be a number from 0.01 to 1, not 50/],
  [{ minimumCalls: 0 }, /minimumCalls must be a whole number from 1/],
  [{ minimumCalls: 1.5 }, /minimumCalls must be a whole number from 1/],
  [{ windowMs: 9 }, /windowMs must be a number from 10/],
  [{ openMs: NaN }, /openMs must be a number from 1 .*, not NaN/],
  [{ openMs: '30s' }, /openMs must be a number from 1 .*, not 30s/],
  [{ slowCallMs: 0 }, /slowCallMs must be a number from 1/],
  [{ slowCallRate: 0.5 }, /slowCallMs \(slowCallRate needs it\) must be/],
  [{ isFailure: true }, /isFailure must be a function, not boolean/],
  [{ slowCallMs: 5, slowCallRate: 1.5 }, /slowCallRate must be a number from 0.01 to 1/],
])('refuses %j', (given, message) => {
  const options = { name: 'stock', ...given } as CircuitBreakerOptions;
  expect(() => resolveBreaker(options)).toThrow(message);
  expect(() => resolveBreaker(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
