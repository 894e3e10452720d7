import { scalePlan, type ScaleFacts } from '../../../src/cli/k8s/scale-plan';

const usual: ScaleFacts = { replicas: 2, isWorker: false, graceSeconds: 30, collectTimeoutMs: 1_000 };
const plan = (more: Partial<ScaleFacts> = {}) => scalePlan({ ...usual, ...more });

test('the defaults', () => {
  expect(Object.values(plan()).map(({ value }) => value as number)).toEqual([2, 10, 70, 60, 1, 30, 10]);
});

test('one pod: said to be one, and its node can still be drained', () => {
  const { minReplicas, maxUnavailable } = plan({ replicas: 1 });
  expect(minReplicas.reason).toMatch(/^One pod/);
  expect(maxUnavailable.value).toBe(1);
  expect(maxUnavailable.reason).toContain('would block the drain of its node for ever');
});

test('pods go no faster than they stop, within what Kubernetes takes', () => {
  const period = (graceSeconds: number) => plan({ graceSeconds }).downPeriodSeconds.value;
  expect([1, 60, 61, 1_800, 90_000].map(period)).toEqual([60, 60, 61, 1_800, 1_800]);
});

test.each([
  [1, 10, 30],
  [5_000, 10, 30],
  [5_001, 11, 30],
  [26_000, 31, 31],
  [60_000, 65, 65],
])('a collect function of %d ms: a scrape may take %d s, each %d s', (collectTimeoutMs, timeout, interval) => {
  const { scrapeTimeoutSeconds, scrapeIntervalSeconds } = plan({ collectTimeoutMs });
  expect([scrapeTimeoutSeconds.value, scrapeIntervalSeconds.value]).toEqual([timeout, interval]);
});

test('for a worker the queue tells more', () => {
  expect(plan({ isWorker: true }).cpuTarget.reason).toContain('KEDA');
  expect(plan().cpuTarget.reason).not.toContain('KEDA');
});
