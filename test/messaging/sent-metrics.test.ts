import { SentMetrics } from '../../src/messaging/sent-metrics';
import { RecordingMeter } from '../support/recording';
import { countingMeter } from './support/counting-meter';

test('what was sent is counted by operation, name and error', () => {
  const meter = countingMeter();
  const metrics = new SentMetrics('memory', meter);
  metrics.sent('publish', 'order.placed', 0.1, '');
  metrics.sent('publish', 'order.placed', 0.1, 'TIMEOUT');
  metrics.sent('publish', 'stock.reserve', 0.1, '');
  metrics.sent('send', 'stock.reserve', 0.1, '');
  metrics.dropped('order.placed');
  const expected = {
    'memory publish order.placed': 1,
    'memory publish order.placed TIMEOUT': 1,
    'memory publish stock.reserve': 1,
    'memory send stock.reserve': 1,
  };
  expect(meter.read('messaging_client_sent_messages_total')).toEqual(expected);
  expect(meter.read('messaging_client_operation_duration_seconds')).toEqual(expected);
  expect(meter.read('messaging_unroutable_dropped_total')).toEqual({ 'memory order.placed': 1 });
});

test('durations are seconds, and a series is looked up once', () => {
  const meter = new RecordingMeter();
  const metrics = new SentMetrics('memory', meter);
  for (let n = 0; n < 5; n += 1) metrics.sent('send', 'stock.reserve', 0.25, '');
  expect([meter.lookups, meter.observed[0]?.value]).toEqual([1, 0.25]);
});

test('codes are bounded', () => {
  const meter = countingMeter();
  const metrics = new SentMetrics('memory', meter);
  for (let n = 0; n < 500; n += 1) metrics.sent('publish', 'a.b', 0, `E${n}`);
  metrics.sent('publish', 'a.b', 0, '');
  const found = meter.read('messaging_client_sent_messages_total');
  expect([Object.keys(found).length, found['memory publish a.b _OTHER'], found['memory publish a.b']]).toEqual([
    52, 450, 1,
  ]);
});
