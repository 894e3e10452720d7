import { type GaugeSeries, type Meter } from '../core';

/** The series of one check. */
export interface CheckSeries {
  /** Its status is another now. */
  is(up: boolean): void;
  /** A run has ended, or was given up. */
  took(durationMs: number): void;
  /** The check is no more: it is not down any longer. */
  gone(): void;
}

/** Makes the two metrics of the health part. @returns gives the series of a check */
export function checkMetrics(meter: Meter): (check: string) => CheckSeries {
  const labels = Object.freeze(['check']);
  const status = meter.gauge({
    name: 'keelson_health_check_status',
    help: 'Whether the health check is up (1) or down (0).',
    labels,
  });
  const duration = meter.histogram({
    name: 'keelson_health_check_duration_seconds',
    help: 'How long runs of the health check take.',
    labels,
  });
  return (check) => {
    // Made with the first value: a series that is there begins as 0, which would say DOWN.
    let statusSeries: GaugeSeries | undefined;
    const durationSeries = duration.labels({ check });
    return {
      is: (up) => {
        statusSeries ??= status.labels({ check });
        statusSeries.set(up ? 1 : 0);
      },
      took: (durationMs) => durationSeries.observe(durationMs / 1000),
      // A series cannot be taken back; a 0 that stays for ever would keep an alert firing.
      gone: () => statusSeries?.set(1),
    };
  };
}
