// What a call goes through, in keelson and in others. Each is made in a process of its own, which loads nothing else. `make` is given the work and gives the call.
const limits = { totalMs: 10_000, attemptMs: 3_000, attempts: 3, atOnce: 256, windowMs: 10_000, minimum: 20 };
const quiet = { error() {}, warn() {}, info() {}, log() {} };

async function keelson(work, choose) {
  const { pipeline, ...policies } = await import('keelson/resilience');
  const run = pipeline(...choose(policies));
  return (value) => run(() => work(value));
}

const breakerOf = ({ circuitBreaker }) => circuitBreaker({ name: 'bench' });
const allOf = (policies, breaker = breakerOf(policies)) => [
  policies.timeout({ ms: limits.totalMs }),
  policies.retry({ attempts: limits.attempts }),
  breaker,
  policies.timeout({ ms: limits.attemptMs }),
  policies.bulkhead({ limit: limits.atOnce }),
];

async function cockatiel(work, choose) {
  const policy = choose(await import('cockatiel'));
  return (value) => policy.execute(() => work(value));
}

const cockatielBreaker = ({ circuitBreaker, handleAll, SamplingBreaker }) =>
  circuitBreaker(handleAll, {
    halfOpenAfter: 30_000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: limits.windowMs, minimumRps: 2 }),
  });
const cockatielAll = (c) =>
  c.wrap(
    c.retry(c.handleAll, { maxAttempts: limits.attempts, backoff: new c.ExponentialBackoff() }),
    cockatielBreaker(c),
    c.timeout(limits.attemptMs, c.TimeoutStrategy.Aggressive),
    c.bulkhead(limits.atOnce, 0),
  );

/** Opossum as it comes, but for what keelson's breaker has as well. */
export async function opossum(work, options = {}) {
  const { default: Opossum } = await import('opossum');
  const circuit = new Opossum(work, { timeout: limits.attemptMs, volumeThreshold: limits.minimum, ...options });
  return (value) => circuit.fire(value);
}

async function mollitia(work, choose) {
  const m = await import('mollitia');
  const circuit = new m.Circuit({ options: { modules: choose(m), logger: quiet } });
  circuit.fn(work);
  return (value) => circuit.execute(value);
}

const mollitiaBreaker = ({ SlidingCountBreaker }) =>
  new SlidingCountBreaker({ logger: quiet, slidingWindowSize: 100, minimumNumberOfCalls: limits.minimum });
const mollitiaAll = (m) => [
  new m.Retry({ logger: quiet, attempts: limits.attempts - 1 }),
  mollitiaBreaker(m),
  new m.Timeout({ logger: quiet, delay: limits.attemptMs }),
  new m.Bulkhead({ logger: quiet, concurrentSize: limits.atOnce, queueSize: 1 }),
];

export const bare = 'bare async function';
export const full = 'keelson: timeout, retry, breaker, timeout, bulkhead';
export const cockatielFull = 'cockatiel: retry, breaker, timeout, bulkhead';

export const calls = new Map([
  [bare, (work) => work],
  [full, (work) => keelson(work, allOf)],
  ['keelson: no policy', (work) => keelson(work, () => [])],
  ['keelson: timeout', (work) => keelson(work, ({ timeout }) => [timeout({ ms: limits.attemptMs })])],
  ['keelson: retry', (work) => keelson(work, ({ retry }) => [retry({ attempts: limits.attempts })])],
  ['keelson: breaker', (work) => keelson(work, (policies) => [breakerOf(policies)])],
  ['keelson: bulkhead', (work) => keelson(work, ({ bulkhead }) => [bulkhead({ limit: limits.atOnce })])],
  [cockatielFull, (work) => cockatiel(work, cockatielAll)],
  ['cockatiel: breaker', (work) => cockatiel(work, cockatielBreaker)],
  ['opossum', (work) => opossum(work)],
  ['opossum, percentiles off', (work) => opossum(work, { rollingPercentilesEnabled: false, enableSnapshots: false })],
  ['mollitia: retry, breaker, timeout, bulkhead', (work) => mollitia(work, mollitiaAll)],
  ['mollitia: breaker', (work) => mollitia(work, (m) => [mollitiaBreaker(m)])],
]);

/** So many calls are never reached: the breaker stays closed, and what is measured is a failure that is counted. */
const never = 1e9;
const closed = ({ circuitBreaker }) => circuitBreaker({ name: 'bench', minimumCalls: never });

export const failingCalls = new Map([
  ['keelson: breaker', (work) => keelson(work, (policies) => [closed(policies)])],
  [full, (work) => keelson(work, (policies) => allOf(policies, closed(policies)))],
  ['opossum', (work) => opossum(work, { volumeThreshold: never })],
  [
    'opossum, percentiles off',
    (work) => opossum(work, { volumeThreshold: never, rollingPercentilesEnabled: false, enableSnapshots: false }),
  ],
]);

export const breakers = new Map([
  ['none', (work) => work],
  ['keelson', (work) => keelson(work, (policies) => [breakerOf(policies)])],
  ['opossum', (work) => opossum(work)],
  ['opossum, percentiles off', (work) => opossum(work, { rollingPercentilesEnabled: false, enableSnapshots: false })],
]);
