import { noopMeter } from '../../src/core';
import { bulkheadMetrics, noBulkheadSeries } from '../../src/resilience/bulkhead-metrics';
import { linesOf, someMetrics } from './support/calls';

test('what runs, what waits, what was rejected; those of one name add up', async () => {
  const metrics = someMetrics();
  const [one, two] = [bulkheadMetrics(metrics, 'stock'), bulkheadMetrics(metrics, 'stock')];
  one.active(1);
  two.active(1);
  one.active(-1);
  one.queued(1);
  one.rejected();
  two.rejected();
  expect(await linesOf(metrics, 'keelson_bulkhead')).toEqual([
    'keelson_bulkhead_active{name="stock"} 1',
    'keelson_bulkhead_queued{name="stock"} 1',
    'keelson_bulkhead_rejected_total{name="stock"} 2',
  ]);
});

test('works with a meter that counts nothing, and with none', () => {
  for (const series of [bulkheadMetrics(noopMeter, 'stock'), noBulkheadSeries]) {
    series.active(1);
    series.queued(1);
    series.rejected();
  }
});
