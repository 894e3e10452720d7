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
  expect([cpuMilli.value, memoryMiB.value, heapMiB.value, advice]).toEqual([250, 512, 301, []]);
});

test('bodies count for who takes requests, messages for who takes them', () => {
  expect(plan({ hasRoutes: false }).memoryMiB.value).toBe(384);
  const worker = plan({ hasRoutes: false, heldMessages: 200, maxBuffered: 32 * mebi });
  expect(worker.memoryMiB.value).toBe(640);
  expect(worker.memoryMiB.reason).toContain('200 MiB for messages in hand');
  expect(worker.memoryMiB.reason).not.toContain('bodies');
});

test('the heap, what is beside it and the buffers fit into the limit, whatever the settings', () => {
  for (const maxInFlight of [1, 10, 1_000, 5_000]) {
    for (const bodyLimit of [0, 1, 102_400, mebi]) {
      const { memoryMiB, heapMiB } = plan({ maxInFlight, bodyLimit });
      const buffers = Math.min(1_024, (maxInFlight * bodyLimit) / mebi + 1);
      expect(heapMiB.value).toBeGreaterThanOrEqual(256);
      // 64 MiB for Node.js itself, and young objects as Node.js 24 has them in containers of this size.
      const young = memoryMiB.value <= 1_024 ? 48 : 96;
      expect(heapMiB.value + 64 + young + buffers).toBeLessThanOrEqual(memoryMiB.value);
      expect(memoryMiB.value).toBeLessThanOrEqual(2_048);
      expect(memoryMiB.value % 64).toBe(0);
    }
  }
});

test('settings that allow more than a machine has are told, and not planned for', () => {
  const { memoryMiB, advice } = plan({ bodyLimit: 1024 ** 3 });
  expect(memoryMiB.value).toBe(1_472);
  expect(advice).toEqual([expect.stringMatching(/allow 1024001 MiB.*lower HTTP_MAX_IN_FLIGHT or HTTP_BODY_LIMIT/)]);
  const messages = plan({ heldMessages: 65_535 });
  expect(messages.advice).toEqual([expect.stringContaining('lower MESSAGING_PREFETCH or MESSAGING_MAX_MESSAGE')]);
});

test('a container of more than 1 GiB has more young objects, and the step to it is no trap', () => {
  // 64 + 48 + 655 + 1 + 256 MiB are just 1 GiB; one MiB more needs the larger half.
  const at = (mebibytes: number) => plan({ maxInFlight: mebibytes, bodyLimit: mebi }).memoryMiB.value;
  expect([at(655), at(656)]).toEqual([1_024, 1_088]);
  expect(plan({ maxInFlight: 656, bodyLimit: mebi }).memoryMiB.reason).toContain('96 MiB for young objects');
});
