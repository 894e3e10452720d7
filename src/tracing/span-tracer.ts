import {
  type Context,
  type ContextManager,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { currentScope } from '../core';
import { epochMs } from './nanos';
import { PassiveSpan } from './passive-span';
import { spanIn } from './propagation';
import { type InstrumentationScope } from './recording-span';
import { ScopeContextManager } from './scope-context';
import { type SpanMaker } from './span-maker';

/** What a tracer works with; the provider changes it when it learns who else is in the process. */
export interface TracerHost {
  readonly maker: SpanMaker;
  /** Carries the active context. */
  contexts: Pick<ContextManager, 'active' | 'with'>;
  /** The user's own provider, which then makes all spans. */
  foreign: TracerProvider | undefined;
}

/** OpenTelemetry's Tracer for one instrumentation scope. Stays the same object for good; usable before start(). */
export class SpanTracer implements Tracer {
  readonly #scope: InstrumentationScope;
  readonly #host: TracerHost;
  #foreign: Tracer | undefined;

  constructor(scope: InstrumentationScope, host: TracerHost) {
    this.#scope = scope;
    this.#host = host;
  }

  startSpan(name: string, options: SpanOptions = {}, within?: Context): Span {
    const foreign = this.#foreignTracer();
    if (foreign !== undefined) return foreign.startSpan(name, options, within);
    const parent = options.root === true ? undefined : within === undefined ? this.#activeSpan() : spanIn(within);
    const time = options.startTime === undefined ? undefined : epochMs(options.startTime);
    const span = this.#host.maker.make(name, options.kind ?? SpanKind.INTERNAL, this.#scope, parent, time);
    if (span.recording) span.setAttributes(options.attributes).addLinks(options.links);
    return span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, call: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, call: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    within: Context,
    call: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const call = rest[rest.length - 1] as F;
    const options = rest.length > 1 ? (rest[0] as SpanOptions | undefined) : undefined;
    const contexts = this.#host.contexts;
    const around = rest.length > 2 ? (rest[1] as Context) : contexts.active();
    const span = this.startSpan(name, options, around);
    const run = (): ReturnType<F> => call(span) as ReturnType<F>;
    return contexts.with(trace.setSpan(around, span), run);
  }

  /** The active span, without building a context where none was needed yet. */
  #activeSpan(): PassiveSpan | undefined {
    const contexts = this.#host.contexts;
    const held = contexts instanceof ScopeContextManager ? currentScope()?.telemetry : undefined;
    return held instanceof PassiveSpan ? held : spanIn(contexts.active());
  }

  #foreignTracer(): Tracer | undefined {
    const provider = this.#host.foreign;
    if (provider === undefined) return undefined;
    this.#foreign ??= provider.getTracer(this.#scope.name, this.#scope.version);
    return this.#foreign;
  }
}
