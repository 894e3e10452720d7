import { type Span, type SpanContext, type TraceState } from '@opentelemetry/api';
import { type WorkSpan } from '../core';
import { spanBits, wireBits } from './span-bits';
import { parseTraceState } from './trace-state';

/**
 * A span that carries its ids and records nothing: what every request has when its trace is not kept or nobody exports, and
 * what a header from another process is read into. It is its own seed, so that a request needs no second object.
 */
export class PassiveSpan implements Span, WorkSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** See {@link spanBits}. */
  readonly bits: number;
  /** The baggage header as it came in; read only when somebody asks. */
  baggage: string | undefined = undefined;
  #state: string | TraceState | undefined;

  /** `state` may be the header as it came in: it is read, and refused if not valid, when first needed. */
  constructor(traceId: string, spanId: string, bits: number, state?: string | TraceState) {
    this.traceId = traceId;
    this.spanId = spanId;
    this.bits = bits;
    this.#state = state;
  }

  get sampled(): boolean {
    return (this.bits & spanBits.sampled) !== 0;
  }

  get recording(): boolean {
    return false;
  }

  get seed(): unknown {
    return this;
  }

  /** The tracestate that belongs to the span, if there is one and it is valid. */
  get state(): TraceState | undefined {
    if (typeof this.#state === 'string') this.#state = parseTraceState(this.#state);
    return this.#state;
  }

  /** The same, unread if it was not yet read: to hand on to a child. */
  get unreadState(): string | TraceState | undefined {
    return this.#state;
  }

  spanContext(): SpanContext {
    const context: SpanContext = { traceId: this.traceId, spanId: this.spanId, traceFlags: this.bits & wireBits };
    if ((this.bits & spanBits.remote) !== 0) context.isRemote = true;
    const state = this.state;
    if (state !== undefined) context.traceState = state;
    return context;
  }

  isRecording(): boolean {
    return this.recording;
  }

  set(_key: string, _value: unknown): void {}

  rename(_name: string): void {}

  fail(_type: string, _error?: unknown): void {}

  end(_endTime?: unknown): void {}

  setAttribute(_key: string, _value: unknown): this {
    return this;
  }

  setAttributes(_attributes: unknown): this {
    return this;
  }

  addEvent(_name: string, _attributes?: unknown, _time?: unknown): this {
    return this;
  }

  addLink(_link: unknown): this {
    return this;
  }

  addLinks(_links: unknown): this {
    return this;
  }

  setStatus(_status: unknown): this {
    return this;
  }

  updateName(_name: string): this {
    return this;
  }

  recordException(_exception: unknown, _time?: unknown): void {}
}
