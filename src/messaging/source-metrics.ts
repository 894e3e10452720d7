import { type Counter, type CounterSeries, type HistogramSeries, type Meter } from '../core';
import { memo } from './memo';

const bySource = ['messaging_system', 'messaging_destination_name', 'messaging_consumer_group_name'] as const;

/** What one source counts: OpenTelemetry's semantic conventions where these have a name, and `messaging_` beside. */
export interface SourceMetrics {
  readonly consumed: CounterSeries;
  readonly redelivered: CounterSeries;
  readonly retried: CounterSeries;
  readonly duplicates: CounterSeries;
  readonly expired: CounterSeries;
  /** From when it was published to when its handling began, in seconds. */
  readonly latency: HistogramSeries;
  /** A handling that has ended. @param errorType empty: it went well */
  processed(seconds: number, errorType: string): void;
  /** It went to the dead letters. */
  dead(reason: string): void;
}

/** @param group empty for commands */
export function sourceMetrics(meter: Meter, system: string, name: string, group: string): SourceMetrics {
  const labels = {
    messaging_system: system,
    messaging_destination_name: name,
    messaging_consumer_group_name: group,
  };
  const count = (metric: string, help: string): CounterSeries =>
    meter.counter({ name: `messaging_${metric}_total`, help, labels: bySource }).labels(labels);
  const dead: Counter = meter.counter({
    name: 'messaging_dead_letters_total',
    help: 'Messages that went to the dead letters, by reason.',
    labels: [...bySource, 'reason'],
  });
  return {
    consumed: count('client_consumed_messages', 'Messages that were delivered.'),
    redelivered: count('redelivered_messages', 'Messages that were delivered before, and never acked.'),
    retried: count('retried_messages', 'Messages that will be handled again later, as their handler failed.'),
    duplicates: count('duplicate_messages', 'Messages that were skipped, as they had been handled.'),
    expired: count('expired_messages', 'Commands that nobody waited for any more, and that were not begun.'),
    ...durations(meter, labels),
    dead: (reason) => dead.inc({ ...labels, reason }),
  };
}

function durations(
  meter: Meter,
  labels: Readonly<Record<string, string>>,
): Pick<SourceMetrics, 'latency' | 'processed'> {
  const latency = meter.histogram({
    name: 'messaging_delivery_latency_seconds',
    help: 'Time from the publishing of a message to its first handling, by the clocks of the two machines.',
    labels: bySource,
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 3_600],
  });
  const processed = meter.histogram({
    name: 'messaging_process_duration_seconds',
    help: 'Duration of handling messages, each attempt by itself.',
    labels: [...bySource, 'error_type'],
  });
  const known = new Map<string, HistogramSeries>();
  return {
    latency: latency.labels(labels),
    processed: (seconds, errorType) =>
      memo(known, errorType, (type) => processed.labels({ ...labels, error_type: type })).observe(seconds),
  };
}
