import { totalmem } from 'node:os';
import { addProcessMetrics, memoryLimit } from '../../../src/metrics/runtime/process';
import { newStore, written } from '../fixtures';

test('shows processor time, memory, start and version', async () => {
  const { store, registry } = newStore();
  addProcessMetrics(store);
  const values = new Map<string, number>();
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name) as unknown as { get(): Promise<{ values: { value: number }[] }> };
    for (const { value } of (await metric.get()).values) values.set(name, value);
  }
  const user = values.get('process_cpu_user_seconds_total') ?? 0;
  const system = values.get('process_cpu_system_seconds_total') ?? -1;
  expect(user).toBeGreaterThan(0.01);
  expect(user).toBeLessThan(3600);
  expect(values.get('process_cpu_seconds_total')).toBeCloseTo(user + system, 6);
  expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(values.get('process_memory_limit_bytes')).toBeGreaterThan(values.get('process_resident_memory_bytes') ?? NaN);
  expect(values.get('process_memory_limit_bytes')).toBeLessThanOrEqual(totalmem());
  expect(values.get('process_heap_bytes')).toBeGreaterThan(1e6);
  expect(values.get('nodejs_external_memory_bytes')).toBeGreaterThan(1000);
  const started = values.get('process_start_time_seconds') ?? 0;
  expect(Date.now() / 1000 - started).toBeGreaterThanOrEqual(0);
  expect(Date.now() / 1000 - started).toBeLessThan(3600);
  const [major] = process.versions.node.split('.');
  const info = registry.getSingleMetric('nodejs_version_info') as never;
  expect(written(info)[2]).toContain(`nodejs_version_info{version="${process.version}",major="${major}",`);
});

test('processor time grows', () => {
  const { store } = newStore();
  addProcessMetrics(store);
  const user = store.counter({ name: 'process_cpu_user_seconds_total', help: 'h' });
  void user.refresh();
  const before = user.labels({}).value;
  const until = performance.now() + 30;
  while (performance.now() < until);
  void user.refresh();
  expect(user.labels({}).value).toBeGreaterThan(before);
});

test('a type of resource that is gone shows 0', () => {
  const { store } = newStore(undefined, 100);
  addProcessMetrics(store);
  const resources = store.gauge({ name: 'nodejs_active_resources', help: 'h', labels: ['type'] });
  const timer = setTimeout(() => undefined, 60_000);
  void resources.refresh();
  const timeouts = resources.labels({ type: 'Timeout' });
  const many = timeouts.value;
  clearTimeout(timer);
  void resources.refresh();
  expect(many).toBeGreaterThanOrEqual(1);
  expect(timeouts.value).toBe(many - 1);
});

test.each([
  ['a container has a limit', 5e8, 5e8],
  ['there is none', 2 ** 64, 8e9],
  ['nobody knows', 0, 8e9],
])('memory that may be used when %s', (_when, constrained, limit) => {
  expect(memoryLimit(constrained, 8e9)).toBe(limit);
});
