import { sourceMetrics } from '../../src/messaging/source-metrics';
import { RecordingMeter } from '../support/recording';
import { countingMeter } from './support/counting-meter';

test('each thing has its metric', () => {
  const meter = countingMeter();
  const metrics = sourceMetrics(meter, 'memory', 'order.placed', 'billing');
  metrics.consumed.inc();
  metrics.redelivered.inc();
  metrics.retried.inc();
  metrics.duplicates.inc();
  metrics.expired.inc();
  metrics.latency.observe(1);
  metrics.processed(1, '');
  metrics.processed(1, 'TIMEOUT');
  metrics.dead('failed');
  metrics.dead('malformed');
  const labels = 'memory order.placed billing';
  const found = Object.fromEntries([...meter.names].map((name) => [name, meter.read(name)]));
  expect(found).toEqual({
    messaging_client_consumed_messages_total: { [labels]: 1 },
    messaging_redelivered_messages_total: { [labels]: 1 },
    messaging_retried_messages_total: { [labels]: 1 },
    messaging_duplicate_messages_total: { [labels]: 1 },
    messaging_expired_messages_total: { [labels]: 1 },
    messaging_delivery_latency_seconds: { [labels]: 1 },
    messaging_process_duration_seconds: { [labels]: 1, [`${labels} TIMEOUT`]: 1 },
    messaging_dead_letters_total: { [`${labels} failed`]: 1, [`${labels} malformed`]: 1 },
  });
});

test('a series is looked up once, and codes are bounded', () => {
  const meter = new RecordingMeter();
  const metrics = sourceMetrics(meter, 'memory', 'stock.reserve', '');
  const before = meter.lookups;
  for (let n = 0; n < 5; n += 1) metrics.processed(0.5, '');
  expect(meter.lookups - before).toBe(1);
  for (let n = 0; n < 500; n += 1) metrics.processed(0.5, `E${n}`);
  const types = new Set(meter.observed.map(({ labels }) => labels['error_type']));
  expect([types.size, types.has('_OTHER'), types.has('')]).toEqual([51, true, true]);
});
