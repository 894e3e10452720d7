import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  context,
  defaultTextMapGetter,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import { type AttributeValue, type Carrier, type WorkSpan } from '../core';
import { hasPropagator } from './api-globals';
import { exceptionFacts } from './exception-facts';
import { type HeaderPropagation } from './propagation';
import { type InstrumentationScope } from './recording-span';

/** A span of the user's own SDK, as the chassis uses it. */
export class ForeignSpan implements WorkSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** OpenTelemetry's context with the span in it. */
  readonly seed: Context;
  readonly #span: Span;
  readonly #owned: boolean;

  /** A span that is not owned is ended by who made it. */
  constructor(span: Span, within: Context, owned: boolean) {
    const ids = span.spanContext();
    this.traceId = ids.traceId;
    this.spanId = ids.spanId;
    this.sampled = (ids.traceFlags & 1) !== 0;
    this.seed = within;
    this.#span = span;
    this.#owned = owned;
  }

  get recording(): boolean {
    return this.#span.isRecording();
  }

  set(key: string, value: AttributeValue): void {
    this.#span.setAttribute(key, value);
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  fail(type: string, error?: unknown): void {
    const { message, stack, type: name } = exceptionFacts(error);
    this.#span.setAttribute('error.type', type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
    if (error === undefined) return;
    this.#span.recordException({
      name: name ?? type,
      ...(message === undefined ? {} : { message }),
      ...(stack === undefined ? {} : { stack }),
    });
  }

  end(): void {
    if (this.#owned) this.#span.end();
  }
}

/** Makes the chassis' spans through the tracer provider that the user registered. */
export class ForeignTracing {
  readonly provider: TracerProvider;
  readonly #scope: InstrumentationScope;
  readonly #propagation: HeaderPropagation;

  constructor(provider: TracerProvider, scope: InstrumentationScope, own: HeaderPropagation) {
    this.provider = provider;
    this.#scope = scope;
    this.#propagation = own;
  }

  /** Undefined when the provider gives no usable ids (one that is switched off, say): a trace id must exist all the same. */
  begin(kind: SpanKind, name: string, carrier: Carrier): ForeignSpan | undefined {
    const made = madeByInstrumentation(kind);
    if (made !== undefined) return new ForeignSpan(made, context.active(), false);
    const parent = this.extract(carrier);
    const tracer = this.provider.getTracer(this.#scope.name, this.#scope.version);
    const span = tracer.startSpan(name, { kind }, parent);
    return isSpanContextValid(span.spanContext())
      ? new ForeignSpan(span, trace.setSpan(parent, span), true)
      : undefined;
  }

  /** The span of a call that goes out from a context; undefined as in `begin`. */
  call(kind: SpanKind, name: string, headers: Record<string, string>, from: Context): ForeignSpan | undefined {
    const tracer = this.provider.getTracer(this.#scope.name, this.#scope.version);
    const span = tracer.startSpan(name, { kind }, from);
    if (!isSpanContextValid(span.spanContext())) return undefined;
    const within = trace.setSpan(from, span);
    this.inject(headers, within);
    return new ForeignSpan(span, within, true);
  }

  /** The context that came with headers: read by the registered propagator, or by ours if there is none. */
  extract(carrier: Carrier): Context {
    if (hasPropagator()) return propagation.extract(ROOT_CONTEXT, carrier);
    return this.#propagation.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  }

  inject(headers: Record<string, string>, within: Context): void {
    if (hasPropagator()) propagation.inject(within, headers);
    else this.#propagation.inject(within, headers, { set: (_, name, value) => (headers[name] = value) });
  }
}

/**
 * The span that an instrumentation of node:http or of a broker made for this very work, if one is in use: then a second would
 * be one too many. An SDK's spans tell their kind, which the API's interface does not have.
 */
function madeByInstrumentation(kind: SpanKind): Span | undefined {
  if (kind === SpanKind.INTERNAL) return undefined;
  const span: (Span & { kind?: unknown }) | undefined = trace.getActiveSpan();
  return span?.isRecording() === true && span.kind === kind ? span : undefined;
}
