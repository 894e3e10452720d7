import { probePlan, type ProbeFacts, type ProbeNumbers } from '../../../src/cli/k8s/probe-plan';

const usual: ProbeFacts = {
  checkIntervalMs: 5_000,
  checkTimeoutMs: 1_000,
  checkFailures: 3,
  registryRequired: false,
  brokerRequired: false,
  components: 0,
};
const plan = (more: Partial<ProbeFacts> = {}) => probePlan({ ...usual, ...more });
const numbers = ({ periodSeconds, timeoutSeconds, failureThreshold }: ProbeNumbers) => [
  periodSeconds.value,
  timeoutSeconds.value,
  failureThreshold.value,
];

test('the defaults', () => {
  const { startup, readiness, liveness, progressDeadlineSeconds } = plan();
  expect([startup, readiness, liveness].map(numbers)).toEqual([
    [1, 1, 30],
    [2, 2, 2],
    [10, 5, 3],
  ]);
  expect(progressDeadlineSeconds).toBeUndefined();
});

test('each thing that a start waits for has its time', () => {
  const threshold = (more: Partial<ProbeFacts>) => plan(more).startup.failureThreshold;
  expect(threshold({ registryRequired: true }).value).toBe(40);
  expect(threshold({ registryRequired: true, brokerRequired: true }).value).toBe(50);
  expect(threshold({ components: 1 }).value).toBe(90);
  expect(threshold({ components: 1 }).reason).toContain('60 s for the component.');
  expect(threshold({ components: 3, brokerRequired: true }).value).toBe(220);
  expect(threshold({ components: 3 }).reason).toContain('3 x 60 s for the components');
});

test('a rollout waits longer than the longest start', () => {
  expect(plan({ components: 4 }).progressDeadlineSeconds).toBeUndefined();
  expect(plan({ components: 5 }).progressDeadlineSeconds?.value).toBe(660);
});

test.each([
  [100, 1, 10],
  [1_000, 1, 10],
  [5_999, 2, 12],
  [10_000, 5, 20],
  [60_000, 10, 60],
  [3_600_000, 10, 60],
])('checks each %d ms: readiness each %d s, liveness each %d s', (checkIntervalMs, readiness, liveness) => {
  const probes = plan({ checkIntervalMs });
  expect([probes.readiness.periodSeconds.value, probes.liveness.periodSeconds.value]).toEqual([readiness, liveness]);
});

test('says how long it takes until what fails is noticed, and what a restart needs', () => {
  const { readiness, liveness } = plan({ checkFailures: 5, checkTimeoutMs: 2_000 });
  // 5 runs of 5 s, one of them hanging for 2 s, then two probes each 2 s, the last answered after 2 s.
  expect(readiness.failureThreshold.reason).toContain('within 33 s');
  expect(liveness.failureThreshold.reason).toContain('more than 20 s');
});
