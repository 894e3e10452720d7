import { Counter as PromCounter, Gauge as PromGauge } from 'prom-client';
import { newStore, recordingLogger, written } from './fixtures';

const invalid = (message: RegExp): Error =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
const help = 'h';

test('asking twice gives the same metric', () => {
  const { store } = newStore();
  const counter = store.counter({ name: 'a_total', help, labels: ['x', 'y'] });
  expect(store.counter({ name: 'a_total', help: 'other', labels: ['y', 'x'] })).toBe(counter);
  const histogram = store.histogram({ name: 'h', help, buckets: [1, 2] });
  expect(store.histogram({ name: 'h', help })).toBe(histogram);
  expect(store.histogram({ name: 'h', help, buckets: [1, 2, Infinity] })).toBe(histogram);
});

test('another type, other labels or other buckets are refused', () => {
  const { store } = newStore();
  store.gauge({ name: 'g', help, labels: ['x'] });
  store.histogram({ name: 'h', help, buckets: [1, 2] });
  expect(() => store.histogram({ name: 'g', help, labels: ['x'] })).toThrow(invalid(/not a histogram/));
  expect(() => store.gauge({ name: 'g', help })).toThrow(invalid(/other labels: \[x\]/));
  expect(() => store.gauge({ name: 'g', help, labels: ['y'] })).toThrow(invalid(/other labels/));
  expect(() => store.histogram({ name: 'h', help, buckets: [1, 3] })).toThrow(invalid(/other buckets/));
});

test('definitions are checked', () => {
  const { store } = newStore();
  expect(() => store.counter({ name: 'a', help })).toThrow(invalid(/_total/));
  expect(() => store.histogram({ name: 'h', help, buckets: [2, 1] })).toThrow(invalid(/ascend/));
  expect(() => store.gauge({ name: 'constructor', help })).toThrow(invalid(/exists/));
  expect(() => store.gauge({ name: '__proto__', help })).toThrow(invalid(/exists/));
});

test('names that would meet in the exposition are refused, also those of prom-client', () => {
  const { store, registry } = newStore();
  store.counter({ name: 'a_total', help });
  expect(() => store.gauge({ name: 'a', help })).toThrow(invalid(/both write a/));
  new PromGauge({ name: 'b_count', help, registers: [registry] });
  expect(() => store.histogram({ name: 'b', help })).toThrow(invalid(/both write b_count/));
  new PromCounter({ name: 'c_total', help, registers: [registry] });
  expect(() => store.counter({ name: 'c_total', help })).toThrow(invalid(/not a counter of this meter/));
  registry.registerMetric(Object.assign(Object.create(null), { name: 'd', get: () => undefined }));
  expect(() => store.histogram({ name: 'd_seconds', help })).not.toThrow();
});

test('two owners of one gauge both collect', () => {
  const { store } = newStore();
  const a = store.gauge({ name: 'g', help, labels: ['x'], collect: (gauge) => gauge.set({ x: 'a' }, 1) });
  const b = store.gauge({ name: 'g', help, labels: ['x'], collect: (gauge) => gauge.set({ x: 'b' }, 2) });
  void a.refresh();
  expect(b).toBe(a);
  expect(written(a).slice(2)).toEqual(['g{x="a"} 1', 'g{x="b"} 2']);
});

test('a metric that overflows is told once and counted each time', () => {
  const { logger, lines } = recordingLogger();
  const { store, registry } = newStore(logger, 3);
  const counter = store.counter({ name: 'a_total', help, labels: ['path'] });
  for (let i = 0; i < 100; i++) counter.inc({ path: `/${i}` });
  expect(written(counter).slice(2)).toEqual([
    'a_total{path="/0"} 1',
    'a_total{path="/1"} 1',
    'a_total{path="/2"} 1',
    'a_total{path="_overflow"} 97',
  ]);
  expect(lines).toEqual([
    {
      message: expect.stringContaining('a_total has reached its limit of 3 series'),
      fields: { metric: 'a_total', maxSeries: 3 },
    },
  ]);
  const dropped = registry.getSingleMetric('keelson_metrics_series_dropped_total') as never;
  expect(written(dropped)[2]).toBe('keelson_metrics_series_dropped_total{metric="a_total"} 97');
  for (let i = 0; i < 5; i++) store.gauge({ name: 'g', help, labels: ['x'] }).set({ x: i }, 1);
  expect(lines).toHaveLength(2);
});
