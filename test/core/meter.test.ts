import { noopMeter } from '../../src/core';

test('the meter that counts nothing takes everything', () => {
  const about = { name: 'orders_total', help: 'Orders.', labels: ['kind'] };
  const counter = noopMeter.counter(about);
  const collect = jest.fn();
  const gauge = noopMeter.gauge({ ...about, collect });
  const histogram = noopMeter.histogram({ ...about, buckets: [1, 2] });
  expect(() => {
    counter.inc();
    counter.inc({ kind: 'a' }, 2);
    counter.labels({ kind: 'a' }).inc(3);
    gauge.set(1);
    gauge.inc({ kind: 'a' });
    gauge.dec();
    gauge.labels({ kind: 'a' }).set(2);
    histogram.observe(1);
    histogram.observe({ kind: 'a' }, 1);
    histogram.labels({ kind: 'a' }).observe(1, { traceId: 't', spanId: 's' });
  }).not.toThrow();
  expect(collect).not.toHaveBeenCalled();
});
