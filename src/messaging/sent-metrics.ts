import { type Counter, type CounterSeries, type Histogram, type HistogramSeries, type Meter } from '../core';
import { memo } from './memo';

const byOperation = ['messaging_system', 'messaging_operation_name', 'messaging_destination_name'] as const;

type Known = Map<string, [HistogramSeries, CounterSeries]>;

/** What goes out: OpenTelemetry's semantic conventions where these have a name, and `messaging_` beside. */
export class SentMetrics {
  readonly #system: string;
  readonly #operations: Histogram;
  readonly #sent: Counter;
  readonly #dropped: Counter;
  /** The series of each event and of each command, looked up once. An event and a command may have the same name. */
  readonly #known = { publish: new Map<string, Known>(), send: new Map<string, Known>() };

  constructor(system: string, meter: Meter) {
    this.#system = system;
    this.#operations = meter.histogram({
      name: 'messaging_client_operation_duration_seconds',
      help: 'Duration of publishing events, until the broker has taken them, and of sending commands, until their reply.',
      labels: [...byOperation, 'error_type'],
    });
    this.#sent = meter.counter({
      name: 'messaging_client_sent_messages_total',
      help: 'Messages that the broker was given.',
      labels: [...byOperation, 'error_type'],
    });
    this.#dropped = meter.counter({
      name: 'messaging_unroutable_dropped_total',
      help: "Events that nobody subscribed to, and whose definition allows that (unroutable: 'drop').",
      labels: ['messaging_system', 'messaging_destination_name'],
    });
  }

  /** A publish or send has ended. @param errorType empty: it went well */
  sent(operation: 'publish' | 'send', name: string, seconds: number, errorType: string): void {
    let known = this.#known[operation].get(name);
    if (known === undefined) {
      known = new Map();
      this.#known[operation].set(name, known);
    }
    const [duration, count] = memo(known, errorType, (type) => this.#series(operation, name, type));
    duration.observe(seconds);
    count.inc();
  }

  /** An event that nobody subscribed to was dropped. */
  dropped(name: string): void {
    this.#dropped.inc({ messaging_system: this.#system, messaging_destination_name: name });
  }

  #series(operation: string, name: string, errorType: string): [HistogramSeries, CounterSeries] {
    const labels = {
      messaging_system: this.#system,
      messaging_operation_name: operation,
      messaging_destination_name: name,
      error_type: errorType,
    };
    return [this.#operations.labels(labels), this.#sent.labels(labels)];
  }
}
