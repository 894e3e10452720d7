import { noopMeter } from '../../src/core';
import { breakerMetrics } from '../../src/resilience/circuit-breaker-metrics';
import { linesOf, someMetrics } from './support/calls';

test('the state, its changes and the outcomes of calls', async () => {
  const metrics = someMetrics();
  const stock = breakerMetrics(metrics, 'stock');
  breakerMetrics(metrics, 'prices');
  stock.ended('success');
  stock.ended('rejected');
  stock.ended('rejected');
  stock.moved('closed', 'open');
  expect(await linesOf(metrics, 'keelson_circuit_breaker')).toEqual([
    'keelson_circuit_breaker_calls_total{name="stock",outcome="rejected"} 2',
    'keelson_circuit_breaker_calls_total{name="stock",outcome="success"} 1',
    'keelson_circuit_breaker_state{name="prices",state="closed"} 1',
    'keelson_circuit_breaker_state{name="stock",state="open"} 1',
    'keelson_circuit_breaker_transitions_total{name="stock",from="closed",to="open"} 1',
  ]);
});

test('every series of the state and of the outcomes is there from the start', async () => {
  const metrics = someMetrics();
  breakerMetrics(metrics, 'stock');
  const { body } = await metrics.expose(undefined);
  expect(body.match(/^keelson_circuit_breaker_state\{/gm)).toHaveLength(5);
  expect(body.match(/^keelson_circuit_breaker_calls_total\{/gm)).toHaveLength(5);
});

test('works with a meter that counts nothing', () => {
  const series = breakerMetrics(noopMeter, 'stock');
  series.moved('closed', 'open');
  series.ended('slow');
});
