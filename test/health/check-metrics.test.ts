import { noopMeter } from '../../src/core';
import { checkMetrics } from '../../src/health/check-metrics';
import { recordingMeter } from './recorders';

test('the two metrics by check, durations in seconds', () => {
  const meter = recordingMeter();
  const seriesOf = checkMetrics(meter);
  expect(meter.names).toEqual(['keelson_health_check_status', 'keelson_health_check_duration_seconds']);
  const db = seriesOf('db');
  expect(meter.series).toEqual([]);
  db.is(true);
  expect(meter.status.get('db')).toBe(1);
  db.is(false);
  expect(meter.status.get('db')).toBe(0);
  db.took(250);
  expect(meter.seconds).toEqual([['db', 0.25]]);
});

test('a check that is gone is not down for ever; one that never ran gets no series', () => {
  const meter = recordingMeter();
  const db = checkMetrics(meter)('db');
  db.is(false);
  db.gone();
  expect(meter.status.get('db')).toBe(1);
  checkMetrics(meter)('cache').gone();
  expect(meter.series).toEqual(['db']);
});

test('works with a meter that counts nothing', () => {
  const db = checkMetrics(noopMeter)('db');
  db.is(true);
  db.took(1);
  db.gone();
});
