import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type SpanStatus,
  type Tracer,
  type TracerProvider,
  context,
  trace,
} from '@opentelemetry/api';

/** A span of the foreign SDK, with everything that was done to it. */
export class SdkSpan implements Span {
  readonly kind: SpanKind;
  readonly attributes: Record<string, unknown> = {};
  readonly exceptions: unknown[] = [];
  readonly parent: SpanContext | undefined;
  status: SpanStatus | undefined;
  ends = 0;
  constructor(
    public name: string,
    readonly ids: SpanContext,
    parent: SpanContext | undefined,
    options: SpanOptions,
    readonly scope: string,
  ) {
    this.kind = options.kind ?? SpanKind.INTERNAL;
    this.parent = parent;
  }
  spanContext(): SpanContext {
    return this.ids;
  }
  setAttribute(key: string, value: unknown): this {
    this.attributes[key] = value;
    return this;
  }
  setAttributes(attributes: object): this {
    Object.assign(this.attributes, attributes);
    return this;
  }
  addEvent(): this {
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }
  updateName(name: string): this {
    this.name = name;
    return this;
  }
  end(): void {
    this.ends += 1;
  }
  isRecording(): boolean {
    return this.ends === 0;
  }
  recordException(exception: unknown): void {
    this.exceptions.push(exception);
  }
}

/** A minimal SDK of somebody else: provider and tracers. */
export class SdkProvider implements TracerProvider {
  readonly spans: SdkSpan[] = [];
  #made = 0;

  getTracer(scope: string): Tracer {
    const startSpan = (name: string, options: SpanOptions = {}, within: Context = context.active()): Span => {
      const parent = trace.getSpanContext(within);
      this.#made += 1;
      const ids = {
        traceId: parent?.traceId ?? this.#made.toString(16).padStart(32, 'f'),
        spanId: this.#made.toString(16).padStart(16, 'e'),
        traceFlags: 1,
      };
      const span = new SdkSpan(name, ids, parent, options, scope);
      this.spans.push(span);
      return span;
    };
    return {
      startSpan,
      startActiveSpan: (name: string, ...rest: unknown[]) => {
        const call = rest[rest.length - 1] as (span: Span) => unknown;
        const span = startSpan(name, rest.length > 1 ? (rest[0] as SpanOptions) : {});
        return context.with(trace.setSpan(context.active(), span), call, undefined, span);
      },
    };
  }
}

/** A context manager of somebody else, with a storage of its own. */
export class SdkContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    call: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(within, () => call.apply(thisArg, args));
  }
  bind<T>(_within: Context, target: T): T {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}
