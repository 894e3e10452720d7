import { namedCounter, outcomeCounters } from '../../src/resilience/named';
import { RecordingMeter } from '../support/recording';

const metric = { name: 'keelson_things_total', help: 'Things.' };

test('counts by name and outcome', () => {
  const meter = new RecordingMeter();
  const things = outcomeCounters('thing', { name: 'prices', meter }, metric, ['good', 'bad']);
  things.good.inc();
  things.bad.inc();
  namedCounter('thing', { meter }, metric).inc();
  expect(meter.counted).toEqual([
    { name: 'keelson_things_total', labels: { name: 'prices', outcome: 'good' } },
    { name: 'keelson_things_total', labels: { name: 'prices', outcome: 'bad' } },
    { name: 'keelson_things_total', labels: { name: 'default' } },
  ]);
});

test('counts nothing without a meter', () => {
  expect(() => outcomeCounters('thing', {}, metric, ['good']).good.inc()).not.toThrow();
  expect(() => namedCounter('thing', {}, metric).inc()).not.toThrow();
});

test.each(['', 5, null])('refuses the name %p', (name) => {
  const options = { name: name as string };
  const message = /^thing: name must be text that is not empty, not /;
  expect(() => outcomeCounters('thing', options, metric, ['good'])).toThrow(message);
  expect(() => namedCounter('thing', options, metric)).toThrow(message);
});
