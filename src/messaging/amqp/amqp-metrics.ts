import { type Counter, type Meter } from '../../core';

/** What only the transport can know, read at each scrape. */
export interface AmqpFigures {
  readonly unconfirmed: number;
  readonly bytes: number;
  readonly connected: boolean;
}

/** What it counts. */
export interface AmqpMetrics {
  readonly reconnects: Counter;
  readonly returned: Counter;
  readonly nacked: Counter;
  readonly expired: Counter;
}

/** Makes them. */
export function amqpMetrics(meter: Meter, figures: () => AmqpFigures): AmqpMetrics {
  const gauge = (name: string, help: string, value: (now: AmqpFigures) => number): void =>
    void meter.gauge({ name, help, collect: (made) => made.set(value(figures())) });
  gauge('messaging_outstanding_confirms', 'Messages that the broker has not confirmed.', (now) => now.unconfirmed);
  gauge('messaging_buffered_bytes', 'Messages that are on their way or wait for the broker.', (now) => now.bytes);
  gauge('messaging_connected', 'Whether the broker is there and takes messages.', (now) => (now.connected ? 1 : 0));
  const counter = (name: string, help: string): Counter => meter.counter({ name, help });
  return {
    reconnects: counter('messaging_reconnects_total', 'Connections to the broker that were made again.'),
    returned: counter('messaging_returned_total', 'Messages that no queue took.'),
    nacked: counter('messaging_nacked_total', 'Messages that the broker refused.'),
    expired: counter('messaging_late_events_total', 'Events that came after their time and were dropped.'),
  };
}
