import { Counter, Registry } from 'prom-client';
import { MetricRegistry } from '../../src/metrics/registry';
import { newMetrics } from './fixtures';

test('is prom-client’s registry and has its writer write', async () => {
  const render = jest.fn(async (format: string) => `page in ${format}`);
  const lines = jest.fn(async (metrics: readonly unknown[], format: string) => [`${metrics.length} in`, format]);
  const registry = new MetricRegistry(() => ({ render, lines }));
  expect(registry).toBeInstanceOf(Registry);
  const counter = new Counter({ name: 'a_total', help: 'h', registers: [registry] });
  expect(await registry.metrics()).toBe('page in text');
  expect(await registry.getSingleMetricAsString('a_total')).toBe('1 in\ntext');
  expect(await registry.getSingleMetricAsString('none')).toBe('');
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  expect(await registry.metrics()).toBe('page in openmetrics');
  expect(lines).toHaveBeenCalledWith([counter], 'text');
});

test('a user’s own OpenMetrics page neither renames counters nor doubles _total', async () => {
  const metrics = newMetrics();
  metrics.counter({ name: 'mine_total', help: 'h' });
  new Counter({ name: 'theirs_total', help: 'h', registers: [metrics.registry] });
  metrics.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const page = await metrics.registry.metrics();
  expect(page).toContain('\nmine_total 0\n');
  expect(page).toContain('\ntheirs_total 0\n');
  expect(await metrics.registry.getSingleMetricAsString('mine_total')).toContain('\nmine_total 0');
  expect(page).not.toContain('_total_total');
  const { body } = await metrics.expose(undefined);
  expect(body).toContain('# TYPE mine_total counter\nmine_total 0\n');
  expect(body).toContain('# TYPE theirs_total counter\ntheirs_total 0\n');
});

test('default labels reach every series until the registry is cleared', async () => {
  const metrics = newMetrics();
  metrics.counter({ name: 'mine_total', help: 'h' });
  metrics.registry.setDefaultLabels({ zone: 'a' });
  expect((await metrics.expose(undefined)).body).toContain('mine_total{zone="a"} 0');
  const json = await metrics.registry.getMetricsAsJSON();
  expect(json.find((metric) => metric.name === 'mine_total')?.values).toEqual([{ value: 0, labels: { zone: 'a' } }]);
  metrics.registry.clear();
  metrics.counter({ name: 'mine_total', help: 'h' });
  expect((await metrics.expose(undefined)).body).toBe('# HELP mine_total h\n# TYPE mine_total counter\nmine_total 0\n');
});

test('merged into another registry, both formats are right', async () => {
  const metrics = newMetrics();
  metrics.counter({ name: 'mine_total', help: 'h' });
  metrics.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  expect(await Registry.merge([metrics.registry]).metrics()).toContain('\nmine_total 0\n');
  expect((await metrics.expose(undefined)).body).toContain('# TYPE mine_total counter\nmine_total 0\n');
});
