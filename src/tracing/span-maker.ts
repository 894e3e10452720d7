import { type SpanKind } from '@opentelemetry/api';
import { type IdSource } from './id-source';
import { PassiveSpan } from './passive-span';
import { type InstrumentationScope, type Recorder, RecordingSpan } from './recording-span';
import { type Sampler } from './sampler';

/** Makes spans: gives them ids, asks the sampler, and records only what somebody will see. */
export class SpanMaker {
  readonly #ids: IdSource;
  readonly #sampler: Sampler;
  readonly #recorder: Recorder;
  /** Does anybody export? While not, no span records. */
  recording: boolean;

  constructor(ids: IdSource, sampler: Sampler, recorder: Recorder, recording: boolean) {
    this.#ids = ids;
    this.#sampler = sampler;
    this.#recorder = recorder;
    this.recording = recording;
  }

  /**
   * A new span: a child of `parent`, or the first of a new trace.
   *
   * @param time when it began, in milliseconds since the epoch; undefined means now
   */
  make(
    name: string,
    kind: SpanKind,
    scope: InstrumentationScope,
    parent: PassiveSpan | undefined,
    time?: number,
  ): PassiveSpan {
    const traceId = parent === undefined || parent.traceId === '' ? this.#ids.traceId() : parent.traceId;
    const spanId = this.#ids.spanId();
    const bits = this.#sampler.bitsOf(traceId, parent);
    if (!this.recording || (bits & 1) === 0) return new PassiveSpan(traceId, spanId, bits, parent?.unreadState);
    return new RecordingSpan(traceId, spanId, bits, { name, kind, scope, parent, time }, this.#recorder);
  }
}
