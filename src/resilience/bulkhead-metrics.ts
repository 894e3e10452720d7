import { type Meter } from '../core';

/** The series of one bulkhead. */
export interface BulkheadSeries {
  active(difference: 1 | -1): void;
  queued(difference: 1 | -1): void;
  rejected(): void;
}

/** Makes the metrics of the bulkhead of this name. Bulkheads of the same name add up. */
export function bulkheadMetrics(meter: Meter, name: string): BulkheadSeries {
  const labels = ['name'];
  const active = meter
    .gauge({ name: 'keelson_bulkhead_active', help: 'Calls that run within the bulkhead.', labels })
    .labels({ name });
  const queued = meter
    .gauge({ name: 'keelson_bulkhead_queued', help: 'Calls that wait for the bulkhead.', labels })
    .labels({ name });
  const rejected = meter
    .counter({
      name: 'keelson_bulkhead_rejected_total',
      help: 'Calls that the bulkhead did not let in, or that waited too long.',
      labels,
    })
    .labels({ name });
  return {
    active: (difference) => active.inc(difference),
    queued: (difference) => queued.inc(difference),
    rejected: () => rejected.inc(),
  };
}

const nothing = (): void => undefined;

/** Counts nothing. */
export const noBulkheadSeries: BulkheadSeries = Object.freeze({ active: nothing, queued: nothing, rejected: nothing });
