import { stopPlan, type StopFacts } from '../../../src/cli/k8s/stop-plan';
import { shareOfStop } from '../../../src/service/stop-limits';

const usual: StopFacts = {
  drainDelayMs: 5_000,
  timeoutMs: 25_000,
  requestTimeoutMs: 30_000,
  hasRoutes: true,
  registryLagMs: undefined,
};
const plan = (more: Partial<StopFacts> = {}) => stopPlan({ ...usual, ...more });
const numbers = (more: Partial<StopFacts> = {}) => {
  const { graceSeconds, preStopSeconds, gracePeriodMs } = plan(more);
  return [graceSeconds.value, preStopSeconds.value, gracePeriodMs];
};

test('the defaults: the 30 s of Kubernetes, and no hook', () => {
  expect(numbers()).toEqual([30, 0, 30_000]);
  expect(plan().advice).toEqual([]);
  expect(plan().preStopSeconds.reason).toContain('keelson itself serves on for 5 s');
});

test('no drain: what the cluster needs passes before the signal, and counts', () => {
  expect(numbers({ drainDelayMs: 0 })).toEqual([35, 5, 30_000]);
  expect(plan({ drainDelayMs: 0 }).graceSeconds.reason).toMatch(/^preStop \(5 s\) \+ shutdown\.timeoutMs/);
});

test.each([
  [1, 5],
  [1_000, 4],
  [3_500, 2],
  [4_999, 1],
  [5_000, 0],
  [5_001, 0],
  [20_000, 0],
])('a drain of %d ms leaves %d s to a hook', (drainDelayMs, hook) => {
  expect(plan({ drainDelayMs }).preStopSeconds.value).toBe(hook);
});

test('a drain that is longer than the stop is cut as keelson cuts it, and somebody is told', () => {
  const { advice, graceSeconds } = plan({ drainDelayMs: 60_000 });
  expect(graceSeconds.value).toBe(30);
  expect(graceSeconds.reason).toContain('the drain of 21 s included');
  expect(advice).toEqual([expect.stringContaining('so the drain is cut to 21 s. SHUTDOWN_TIMEOUT_MS=64000')]);
});

test.each([4_000, 5_000, 9_999, 60_000, 600_000])('the advised time has room for a drain of %d ms', (drainDelayMs) => {
  const [text = ''] = plan({ drainDelayMs, timeoutMs: 1_000 }).advice;
  const advised = Number(/SHUTDOWN_TIMEOUT_MS=(\d+)/.exec(text)?.[1]);
  expect(shareOfStop(advised, drainDelayMs).drainMs).toBe(drainDelayMs);
});

test('a drain that is cut short may need a hook, too', () => {
  // Of 2 s, 400 ms are kept back twice.
  expect(numbers({ timeoutMs: 2_000 })).toEqual([11, 4, 7_000]);
});

test.each([
  [1, 6],
  [999, 6],
  [1_001, 7],
  [2_147_483_647, 2_147_489],
])('a stop of %d ms has a grace period of %d s, rounded up', (timeoutMs, seconds) => {
  expect(plan({ timeoutMs, hasRoutes: false }).graceSeconds.value).toBe(seconds);
});

test('the grace period is longer than the longest stop, whatever the settings', () => {
  for (const timeoutMs of [1, 17, 1_234, 9_999, 10_001, 25_000, 3_600_000]) {
    for (const drainDelayMs of [0, 1, 4_321, 5_000, 99_999]) {
      const { graceSeconds, preStopSeconds, gracePeriodMs } = plan({ timeoutMs, drainDelayMs });
      expect(gracePeriodMs).toBeGreaterThan(shareOfStop(timeoutMs, drainDelayMs).overMs);
      expect(graceSeconds.value * 1_000).toBe(preStopSeconds.value * 1_000 + gracePeriodMs);
    }
  }
});

test('very long requests: the reason says what they would need, and that is enough', () => {
  const { reason } = plan({ requestTimeoutMs: 3_600_000 }).graceSeconds;
  const advised = Number(/SHUTDOWN_TIMEOUT_MS=(\d+)/.exec(reason)?.[1]);
  expect(advised).toBe(3_607_000);
  expect(shareOfStop(advised, 5_000).workMs).toBeGreaterThanOrEqual(3_600_000);
  expect(plan({ timeoutMs: advised, requestTimeoutMs: 3_600_000 }).graceSeconds.reason).toContain(
    'lets none take longer',
  );
});

test('a worker that nobody calls needs no hook, and could stop sooner', () => {
  expect(numbers({ hasRoutes: false, drainDelayMs: 0 })).toEqual([30, 0, 30_000]);
  expect(plan({ hasRoutes: false, drainDelayMs: 0 }).preStopSeconds.reason).not.toContain('SHUTDOWN_DRAIN_DELAY_MS');
  expect(plan({ hasRoutes: false }).preStopSeconds.reason).toContain('make each stop 5 s shorter');
  expect(plan({ hasRoutes: false }).graceSeconds.reason).toContain('Messages in hand have 23 s');
});

test('callers that ask a registry learn late', () => {
  expect(plan({ registryLagMs: 60_000 }).advice).toEqual([
    expect.stringContaining('SHUTDOWN_DRAIN_DELAY_MS must be 60000'),
  ]);
  expect(plan({ registryLagMs: 60_000, drainDelayMs: 60_000, timeoutMs: 90_000 }).advice).toEqual([]);
  expect(plan({ registryLagMs: 60_000, hasRoutes: false }).advice).toEqual([]);
});

test('the timeout that is advised waits for the longest request, also where the drain is cut now', () => {
  const facts = { drainDelayMs: 60_000, timeoutMs: 25_000, requestTimeoutMs: 30_000 };
  const advised = Number(/SHUTDOWN_TIMEOUT_MS=(\d+)/.exec(plan(facts).graceSeconds.reason)?.[1]);
  const { drainMs, workMs } = shareOfStop(advised, facts.drainDelayMs);
  expect(drainMs).toBe(60_000);
  expect(workMs).toBeGreaterThanOrEqual(30_000);
});
