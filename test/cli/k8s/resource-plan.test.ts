import { resourcePlan, type ResourceFacts } from '../../../src/cli/k8s/resource-plan';

const mebi = 1024 ** 2;
const usual: ResourceFacts = {
  hasRoutes: true,
  maxInFlight: 1_000,
  bodyLimit: 102_400,
  heldMessages: 0,
  maxMessage: mebi,
  maxBuffered: 0,
  logBuffered: mebi,
};
const plan = (more: Partial<ResourceFacts> = {}) => resourcePlan({ ...usual, ...more });

test('the defaults', () => {
  const { cpuMilli, memoryMiB, heapMiB, advice } = plan();
  expect([cpuMilli.value, memoryMiB.value, heapMiB.value, advice]).toEqual([250, 640, 285, []]);
});

test('bodies count for who takes requests, messages for who takes them', () => {
  expect(plan({ hasRoutes: false }).memoryMiB.value).toBe(576);
  const worker = plan({ hasRoutes: false, heldMessages: 200, maxBuffered: 32 * mebi });
  expect(worker.memoryMiB.value).toBe(768);
  expect(worker.memoryMiB.reason).toContain('200 MiB for messages in hand');
  expect(worker.memoryMiB.reason).not.toContain('bodies');
});

test('the heap, what is beside it and the buffers fit into the limit, whatever the settings', () => {
  for (const maxInFlight of [1, 10, 1_000, 5_000]) {
    for (const bodyLimit of [0, 1, 102_400, mebi]) {
      const { memoryMiB, heapMiB } = plan({ maxInFlight, bodyLimit });
      const buffers = Math.min(1_024, (maxInFlight * bodyLimit) / mebi + 1);
      expect(heapMiB.value).toBeGreaterThanOrEqual(256);
      // 64 MiB for Node.js itself; young objects take three semi-spaces of 64 MiB at most.
      expect(heapMiB.value + 64 + 192 + buffers).toBeLessThanOrEqual(memoryMiB.value);
      expect(memoryMiB.value % 64).toBe(0);
    }
  }
});

test('settings that allow more than a machine has are told, and not planned for', () => {
  const { memoryMiB, advice } = plan({ bodyLimit: 1024 ** 3 });
  expect(memoryMiB.value).toBe(64 + 192 + 1_024 + 256);
  expect(advice).toEqual([expect.stringMatching(/allow 1024001 MiB.*lower HTTP_MAX_IN_FLIGHT or HTTP_BODY_LIMIT/)]);
  const messages = plan({ heldMessages: 65_535 });
  expect(messages.advice).toEqual([expect.stringContaining('lower MESSAGING_PREFETCH or MESSAGING_MAX_MESSAGE')]);
});
