import { type TimeInput } from '@opentelemetry/api';

/** A number below this is not a time of day in milliseconds but the reading of `performance.now()`. */
const smallestEpoch = 1e11;

/** Milliseconds since the epoch as nanoseconds in decimal digits: whole and fraction apart, because a number holds only 16 digits. */
export function nanosText(ms: number): string {
  let whole = Math.floor(ms);
  let nanos = Math.round((ms - whole) * 1e6);
  if (nanos === 1_000_000) {
    whole += 1;
    nanos = 0;
  }
  return `${whole}${String(nanos).padStart(6, '0')}`;
}

/** What the OpenTelemetry API takes for a time, as milliseconds since the epoch. Undefined when it is not one. */
export function epochMs(time: unknown): number | undefined {
  const ms = rawMs(time as TimeInput);
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

function rawMs(time: TimeInput | undefined): number {
  if (typeof time === 'number') return time < smallestEpoch ? performance.timeOrigin + time : time;
  if (time instanceof Date) return time.getTime();
  return Array.isArray(time) ? time[0] * 1000 + time[1] / 1e6 : Number.NaN;
}
