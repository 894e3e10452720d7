import { type Snapshot } from '../../src/metrics/family';
import { ForeignSource, maskedLabels } from '../../src/metrics/foreign';
import { written } from './fixtures';

const snapshot = (over: Partial<Snapshot>): Snapshot => ({
  name: 'a',
  help: 'h',
  type: 'gauge',
  aggregator: 'sum',
  values: [],
  ...over,
});

const foreign = (over: Partial<Snapshot>, redact = (text: string): string => text): ForeignSource =>
  new ForeignSource(snapshot(over), redact);

test('a counter has _total in OpenMetrics, whatever it is called', () => {
  const values = [{ value: 2, labels: { x: 'b"\n', n: 7 } }];
  for (const name of ['a', 'a_total']) {
    const counter = foreign({ name, type: 'counter', values });
    expect(written(counter)[2]).toBe(`${name}{x="b\\"\\n",n="7"} 2`);
    expect(written(counter, 'openmetrics')).toEqual(['# TYPE a counter', '# HELP a h', 'a_total{x="b\\"\\n",n="7"} 2']);
  }
});

test('bounds, quantiles and NaN are written as both formats know them', () => {
  const values = [
    { value: NaN, labels: { quantile: 1 } },
    { value: 1, labels: { le: 5 }, metricName: 'a_bucket' },
    { value: 1, labels: { le: '+Inf' }, metricName: 'a_bucket' },
  ];
  expect(written(foreign({ values })).slice(2)).toEqual([
    'a{quantile="1.0"} NaN',
    'a_bucket{le="5.0"} 1',
    'a_bucket{le="+Inf"} 1',
  ]);
});

test('exemplars show in OpenMetrics only, default labels everywhere', () => {
  const exemplar = { labelSet: { trace_id: 't' }, value: 1, timestamp: 5 };
  const source = foreign({ values: [{ value: 1, labels: { a: 'own' }, exemplar }] });
  expect(written(source, 'text', { a: 'common', z: 1 })[2]).toBe('a{a="own",z="1"} 1');
  expect(written(source, 'openmetrics')[2]).toBe('a{a="own"} 1 # {trace_id="t"} 1 5');
  const none = foreign({ values: [{ value: 1, labels: {}, exemplar: null as never }] });
  expect(written(none, 'openmetrics')[2]).toBe('a 1');
});

test.each([
  [{ type: 'gauge\nforged 1' }],
  [{ name: 'a b' }],
  [{ name: undefined as unknown as string }],
  [{ values: undefined as never }],
  [{ values: [{ value: '1\nforged 1' as unknown as number, labels: {} }] }],
  [{ values: [{ value: 1, labels: { 'a"': 'b' } }] }],
  [{ values: [{ value: 1, labels: undefined as never }] }],
  [{ values: [{ value: 1, labels: {}, metricName: 'a{} 1\n' }] }],
])('refuses what would spoil the page: %j', (over) => {
  expect(() => foreign(over)).toThrow();
});

test('secrets in its help and its label values are masked', () => {
  const redact = (text: string): string => text.replace('secret', '***');
  const values = [{ value: 1, labels: { a: 'my secret', n: 7 } }];
  const source = foreign({ help: 'a secret', values }, redact);
  expect(written(source)).toEqual(['# HELP a a ***', '# TYPE a gauge', 'a{a="my ***",n="7"} 1']);
  expect(maskedLabels({ a: 'secret', n: 7 }, redact)).toEqual({ a: '***', n: 7 });
});
