import { checkDefinition, familyName, namesTaken, resolveBuckets, type MetricType } from '../../src/metrics/definition';

const invalid = (message: RegExp): Error =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });

test.each([
  ['counter', 'orders_total'],
  ['gauge', 'queue_length'],
  ['histogram', 'wait_seconds'],
] satisfies [MetricType, string][])('a good %s', (type, name) => {
  expect(() => checkDefinition(type, { name, help: 'What.', labels: ['a', '_b', 'c9'] })).not.toThrow();
});

test.each([
  ['counter', 'orders', /must end in _total: try orders_total/],
  ['counter', '_total', /_total/],
  ['gauge', 'orders_total', /must not end in _total/],
  ['gauge', 'orders_count', /_count/],
  ['histogram', 'orders_bucket', /_bucket/],
  ['histogram', 'orders_sum', /_sum/],
  ['gauge', 'orders_created', /_created/],
  ['gauge', '1st', /must match/],
  ['gauge', '', /must match/],
  ['gauge', 'a:b', /colon/],
  ['gauge', 'a-b', /must match/],
  ['gauge', 'a\nb', /must match/],
  ['gauge', 'a'.repeat(201), /must match/],
  ['gauge', undefined as unknown as string, /must match/],
] satisfies [MetricType, string, RegExp][])('refuses a %s named %j', (type, name, message) => {
  expect(() => checkDefinition(type, { name, help: 'What.' })).toThrow(invalid(message));
});

test.each([
  [['le'], /reserved/],
  [['quantile'], /reserved/],
  [['__name__'], /__/],
  [['a-b'], /must match/],
  [['a', 'a'], /twice/],
  [[7 as unknown as string], /must match/],
  [Array.from({ length: 31 }, (_, i) => `l${i}`), /more than 30/],
])('refuses the labels %j', (labels, message) => {
  expect(() => checkDefinition('gauge', { name: 'a', help: 'What.', labels })).toThrow(invalid(message));
});

test('wants a help text', () => {
  expect(() => checkDefinition('gauge', { name: 'a', help: ' ' })).toThrow(invalid(/help/));
  expect(() => checkDefinition('gauge', { name: 'a' } as never)).toThrow(invalid(/help/));
});

test('buckets: the default, a copy of the given ones, without the infinite one', () => {
  const name = 'a';
  expect(resolveBuckets({ name, help: 'h' })).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ]);
  const mine = [1, 2, Infinity];
  const buckets = resolveBuckets({ name, help: 'h', buckets: mine });
  mine[0] = 99;
  expect(buckets).toEqual([1, 2]);
});

test.each([
  [[]],
  [[Infinity]],
  [[1, 1]],
  [[2, 1]],
  [[NaN]],
  [[-Infinity, 1]],
  [Array.from({ length: 501 }, (_, i) => i)],
])('refuses the buckets %j', (buckets) => {
  expect(() => resolveBuckets({ name: 'a', help: 'h', buckets })).toThrow(invalid(/bucket/));
});

test('names that a metric takes up', () => {
  expect(namesTaken('a_total', 'counter')).toEqual(['a', 'a_total', 'a_created']);
  expect(namesTaken('a', 'counter')).toEqual(['a', 'a_total', 'a_created']);
  expect(namesTaken('a', 'histogram')).toContain('a_bucket');
  expect(namesTaken('a', 'summary')).toEqual(['a', 'a_sum', 'a_count', 'a_created']);
  expect(namesTaken('a', 'gauge')).toEqual(['a']);
  expect(familyName('a_total', 'gauge')).toBe('a_total');
});
