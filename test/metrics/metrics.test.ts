import { createMetrics } from '../../src/metrics';
import { FakeClock } from '../support/fake-clock';
import { hostileMetrics, newMetrics, openMetrics, sample, spanId, traceId } from './fixtures';
import { parseOpenMetrics } from './openmetrics-parser';

const service = { name: 'shop', version: '1.2.3', instance: 'shop-1' };

test('a page in text 0.0.4', async () => {
  const metrics = newMetrics();
  metrics.counter({ name: 'orders_total', help: 'Orders taken.', labels: ['kind'] }).inc({ kind: 'gift' });
  metrics.gauge({ name: 'queue_length', help: 'Waiting.' }).set(3);
  const { contentType, body } = await metrics.expose(undefined);
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(sample(body, 'orders_total{kind="gift"}')).toBe(1);
  expect(sample(body, 'queue_length')).toBe(3);
  expect(sample(body, 'keelson_service_info{service="shop",version="1.2.3",instance="shop-1"}')).toBe(1);
  expect(body.endsWith('\n')).toBe(true);
  expect(body).not.toContain('EOF');
});

test('a page in OpenMetrics 1.0, with exemplars, hostile values and overflow, is what the specification allows', async () => {
  const metrics = await hostileMetrics();
  const before = (await metrics.expose('text/plain')).body;
  const { contentType, body } = await metrics.expose(openMetrics);
  expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const families = parseOpenMetrics(body);
  expect(families.get('shop_orders')).toMatchObject({
    type: 'counter',
    samples: [{ name: 'shop_orders_total', value: 3 }],
  });
  const requests = families.get('shop_request_duration_seconds')?.samples ?? [];
  const routes = new Set(requests.map((each) => each.labels['route']));
  expect(routes).toContain('"}\n# EOF\nforged_total 1');
  expect(routes).toContain('_overflow');
  expect(routes.size).toBe(6);
  const exemplars = requests.flatMap((each) => each.exemplar ?? []);
  expect(exemplars).toHaveLength(5);
  expect(exemplars[0]).toEqual({
    labels: { trace_id: traceId, span_id: spanId },
    value: 0.005,
    timestamp: 1_700_000_000,
  });
  expect(families.has('forged')).toBe(false);
  const after = (await metrics.expose('text/plain')).body;
  expect(after).toContain('# TYPE shop_orders_total counter\nshop_orders_total 3\n');
  const samplesOnly = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('shop_'));
  expect(samplesOnly(after)).toEqual(samplesOnly(before));
});

test('the limit of series comes from the options', async () => {
  const metrics = newMetrics({ maxSeries: 2, maxLabelLength: 8 });
  const gauge = metrics.gauge({ name: 'g', help: 'h', labels: ['x'] });
  for (const x of ['a', '0123456789', 'c', 'd']) gauge.inc({ x });
  const { body } = await metrics.expose(undefined);
  expect(body.split('\n').filter((line) => line.startsWith('g{'))).toEqual([
    'g{x="a"} 1',
    'g{x="01234567"} 1',
    'g{x="_overflow"} 2',
  ]);
  expect(sample(body, 'keelson_metrics_series_dropped_total{metric="g"}')).toBe(2);
});

test('10,000 paths make no more than the limit’s series', async () => {
  const metrics = newMetrics({ maxSeries: 10 });
  const histogram = metrics.histogram({ name: 'wait_seconds', help: 'h', labels: ['path'] });
  for (let i = 0; i < 10_000; i++) histogram.observe({ path: `/${i}` }, 1);
  const { body } = await metrics.expose(undefined);
  expect(body.match(/^wait_seconds_count/gm)).toHaveLength(11);
});

test('the process and Node.js are measured unless told otherwise', async () => {
  const withRuntime = createMetrics({ service });
  const { body } = await withRuntime.expose(undefined);
  expect(sample(body, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect((await newMetrics().expose(undefined)).body).not.toMatch(/process_|nodejs_|v8js_/);
  newMetrics().start();
  newMetrics().stop();
});

test('constructing opens nothing; stop closes what start opened, and leaves a second Metrics alone', async () => {
  const clock = new FakeClock();
  const first = createMetrics({ service, clock });
  const second = createMetrics({ service, clock });
  await first.expose(undefined);
  expect(clock.timers).toBe(0);
  first.start();
  first.start();
  second.start();
  expect(clock.timers).toBe(2);
  first.counter({ name: 'a_total', help: 'h' }).inc();
  first.stop();
  first.stop();
  expect(clock.timers).toBe(1);
  expect((await first.expose(undefined)).body).toContain('a_total 1');
  expect((await second.expose(undefined)).body).not.toContain('a_total');
  first.start();
  expect(clock.timers).toBe(2);
  first.stop();
  second.stop();
  expect(clock.timers).toBe(0);
});

test('bad options are refused', () => {
  expect(() => newMetrics({ maxSeries: -1 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
