import { HistogramFamily } from '../../src/metrics/histogram';
import { FakeClock } from '../support/fake-clock';
import { familyContext, spanId, traceId, written } from './fixtures';

const make = (labels: string[] = [], buckets: number[] = [1, 2]): HistogramFamily =>
  new HistogramFamily({ name: 'a', help: 'h', labels, buckets }, familyContext(), new FakeClock());

test('a bound belongs to its bucket, and buckets are added up', () => {
  const histogram = make();
  for (const value of [-5, 0.5, 1, 1.5, 2, 2.1, 100]) histogram.observe(value);
  expect(written(histogram)).toEqual([
    '# HELP a h',
    '# TYPE a histogram',
    'a_bucket{le="1.0"} 3',
    'a_bucket{le="2.0"} 5',
    'a_bucket{le="+Inf"} 7',
    'a_sum 102.1',
    'a_count 7',
  ]);
});

test('with labels, by lookup and by a kept series', () => {
  const histogram = make(['x']);
  const kept = histogram.labels({ x: '"' });
  kept.observe(1);
  histogram.observe({ x: '"' }, 3);
  expect(written(histogram, 'text', { zone: 'z' }).slice(2)).toEqual([
    'a_bucket{zone="z",x="\\"",le="1.0"} 1',
    'a_bucket{zone="z",x="\\"",le="2.0"} 1',
    'a_bucket{zone="z",x="\\"",le="+Inf"} 2',
    'a_sum{zone="z",x="\\""} 4',
    'a_count{zone="z",x="\\""} 2',
  ]);
  expect(written(make(), 'text', { zone: 'z' })[2]).toBe('a_bucket{zone="z",le="1.0"} 0');
  expect(() => histogram.observe(1)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test('ignores what is not a finite number', () => {
  const histogram = make();
  for (const bad of [NaN, Infinity, -Infinity, '5', undefined]) histogram.observe(bad as number);
  histogram.observe(1.5);
  expect(written(histogram).slice(-2)).toEqual(['a_sum 1.5', 'a_count 1']);
});

test('exemplars show in OpenMetrics only, at their bucket', () => {
  const histogram = make();
  const series = histogram.labels({});
  series.observe(0.5, { traceId, spanId });
  series.observe(7, { traceId, spanId });
  series.observe(8);
  const exemplar = `# {trace_id="${traceId}",span_id="${spanId}"}`;
  const lines = written(histogram, 'openmetrics');
  expect(lines[2]).toBe(`a_bucket{le="1.0"} 1 ${exemplar} 0.5 1700000000`);
  expect(lines[3]).toBe('a_bucket{le="2.0"} 1');
  expect(lines[4]).toBe(`a_bucket{le="+Inf"} 3 ${exemplar} 7 1700000000`);
  expect(written(histogram).join()).not.toContain('trace_id');
});

test('OpenMetrics has no sum where it could go down', () => {
  const histogram = make([], [-1, 1]);
  expect(written(histogram, 'openmetrics').at(-1)).toBe('a_bucket{le="+Inf"} 0');
  expect(written(histogram).at(-1)).toBe('a_count 0');
});

test('prom-client sees cumulative samples and can reset them', async () => {
  const histogram = make(['x'], [1]);
  const kept = histogram.labels({ x: 'b' });
  kept.observe(0.5, { traceId, spanId });
  kept.observe(3);
  expect((await histogram.get()).values).toEqual([
    {
      metricName: 'a_bucket',
      labels: { le: 1, x: 'b' },
      value: 1,
      exemplar: { labelSet: { trace_id: traceId, span_id: spanId }, value: 0.5, timestamp: 1_700_000_000 },
    },
    { metricName: 'a_bucket', labels: { le: '+Inf', x: 'b' }, value: 2 },
    { metricName: 'a_sum', labels: { x: 'b' }, value: 3.5 },
    { metricName: 'a_count', labels: { x: 'b' }, value: 2 },
  ]);
  histogram.reset();
  kept.observe(1);
  expect(written(histogram, 'openmetrics').slice(2)).toEqual([
    'a_bucket{x="b",le="1.0"} 1',
    'a_bucket{x="b",le="+Inf"} 1',
    'a_sum{x="b"} 1',
    'a_count{x="b"} 1',
  ]);
});
