import { type GaugeOptions, noopMeter } from '../../../src/core';
import { amqpMetrics } from '../../../src/messaging/amqp/amqp-metrics';

test('gauges are read at the scrape, counters end in _total', () => {
  const gauges: GaugeOptions[] = [];
  const counters: string[] = [];
  const meter = {
    ...noopMeter,
    gauge: (options: GaugeOptions) => {
      gauges.push(options);
      return noopMeter.gauge(options);
    },
    counter: (options: { name: string; help: string }) => {
      counters.push(options.name);
      return noopMeter.counter(options);
    },
  };
  amqpMetrics(meter, () => ({ unconfirmed: 3, bytes: 40, connected: true }));
  const read = gauges.map(({ name, collect }) => {
    let value: unknown;
    collect?.({ ...noopMeter.gauge({ name, help: '' }), set: (now: unknown) => (value = now) });
    return [name, value];
  });
  expect(read).toEqual([
    ['messaging_outstanding_confirms', 3],
    ['messaging_buffered_bytes', 40],
    ['messaging_connected', 1],
  ]);
  expect(counters.every((name) => /^messaging_\w+_total$/.test(name))).toBe(true);
});
