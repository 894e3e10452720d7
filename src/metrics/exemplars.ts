import { type Exemplar } from '../core';

const traceId = /^(?!0{32})[0-9a-f]{32}$/;
const spanId = /^(?!0{16})[0-9a-f]{16}$/;

/** The newest exemplar of each bucket of one series, kept in arrays so that keeping one allocates nothing. */
export class Exemplars {
  readonly #traceIds: string[];
  readonly #spanIds: string[];
  readonly #values: Float64Array;
  /** Milliseconds since the epoch; 0 where there is none. */
  readonly #times: Float64Array;

  constructor(buckets: number) {
    this.#traceIds = new Array<string>(buckets).fill('');
    this.#spanIds = new Array<string>(buckets).fill('');
    this.#values = new Float64Array(buckets);
    this.#times = new Float64Array(buckets);
  }

  keep(bucket: number, exemplar: Exemplar, value: number, time: number): void {
    this.#traceIds[bucket] = exemplar.traceId;
    this.#spanIds[bucket] = exemplar.spanId;
    this.#values[bucket] = value;
    this.#times[bucket] = time;
  }

  /** The exemplar in prom-client's form. None if the ids are not real ones: they go into the exposition as they are. */
  at(bucket: number): { labelSet: Record<string, string>; value: number; timestamp: number } | undefined {
    const trace = this.#traceIds[bucket];
    const span = this.#spanIds[bucket];
    if (trace === undefined || span === undefined || !traceId.test(trace) || !spanId.test(span)) return undefined;
    const value = this.#values[bucket] as number;
    return {
      labelSet: { trace_id: trace, span_id: span },
      value,
      timestamp: (this.#times[bucket] as number) / 1000,
    };
  }

  /** What OpenMetrics writes behind the bucket's value, or nothing. */
  text(bucket: number): string {
    const kept = this.at(bucket);
    if (kept === undefined) return '';
    const { trace_id, span_id } = kept.labelSet;
    return ` # {trace_id="${trace_id}",span_id="${span_id}"} ${kept.value} ${kept.timestamp}`;
  }
}
