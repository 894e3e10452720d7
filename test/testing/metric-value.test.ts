import { metricValue } from '../../src/testing/metric-value';

const page = `# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{by="web",kind="new"} 3
orders_total{by="web",kind="a \\"b\\"\\n\\\\"} 2 1700000000000
orders_total{by="shop",kind="new"} 1
orders 7
wait_seconds_bucket{le="+Inf"} +Inf
`;

test.each([
  ['orders', {}, 7],
  ['orders_total', {}, 6],
  ['orders_total', { by: 'web' }, 5],
  ['orders_total', { by: 'web', kind: 'new' }, 3],
  ['orders_total', { kind: 'a "b"\n\\' }, 2],
  ['orders_total', { by: 'nobody' }, undefined],
  ['orders_tota', {}, undefined],
  ['wait_seconds_bucket', { le: '+Inf' }, Infinity],
])('%s %p is %p', (name, labels, value) => {
  expect(metricValue(page, name, labels)).toBe(value);
});
