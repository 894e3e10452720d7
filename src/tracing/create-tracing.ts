import {
  type Baggage,
  type Context,
  SpanKind,
  type Tracer,
  type TracerProvider,
  propagation,
} from '@opentelemetry/api';
import {
  type Carrier,
  type Clock,
  type Logger,
  type Meter,
  type Scope,
  type TraceIds,
  type Tracing,
  type WorkSpan,
  currentScope,
  noopLogger,
  noopMeter,
  runInScope,
  systemClock,
} from '../core';
import { ApiGlobals, foreignProvider, providerBrand } from './api-globals';
import { formatBaggage, parseBaggage } from './baggage';
import { contextCarrier, registeredContext } from './context-carrier';
import { endedSpan, type EndedSpan } from './ended-span';
import { safeRedact, type Redact } from './export-text';
import { ForeignTracing } from './foreign-tracing';
import { IdSource } from './id-source';
import { PassiveSpan } from './passive-span';
import { HeaderPropagation, spanIn } from './propagation';
import { type InstrumentationScope, type RecordingSpan } from './recording-span';
import { Sampler } from './sampler';
import { ScopeContextManager } from './scope-context';
import { type TracedService, serviceResource } from './service-resource';
import { SpanBatcher } from './span-batcher';
import { SpanExporter } from './span-exporter';
import { SpanMaker } from './span-maker';
import { SpanTime } from './span-time';
import { SpanTracer, type TracerHost } from './span-tracer';
import { type TracingSettings } from './tracing-settings';

/** What tracing is made from. */
export interface TracingOptions {
  /** Who the spans are from. */
  readonly service: TracedService;
  /** From {@link resolveTracingSettings}. */
  readonly settings: TracingSettings;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** Told when exporting begins to fail and when it works again. @default none */
  readonly logger?: Logger;
  /** Counts exported and dropped spans. @default none */
  readonly meter?: Meter;
  /** Masks secrets in texts (attribute values, error messages, stacks) just before they are exported. @default they stay as they are */
  readonly redact?: Redact;
  /** Takes each span as it ends, instead of an exporter: for tests. @default none */
  readonly ended?: (span: EndedSpan) => void;
}

/** The tracing of one service: spans, the headers they travel in, and the way to the collector. */
export interface TracingProvider extends Tracing, TracerProvider {
  /** The service's own tracer: always the same object, usable before start(). */
  readonly tracer: Tracer;
  /** Is the user's own OpenTelemetry SDK in use instead of ours? Known from start() on. */
  readonly foreign: boolean;
  /** Spans that were recorded but not exported, so far. */
  readonly dropped: number;
  /** Writes the headers of a call made from here, or from within a context. */
  inject(headers: Record<string, string>, within?: Context): void;
  /** The innermost span of the code that asks; undefined outside any. */
  activeIds(): TraceIds | undefined;
  /** Finds out whether the user registered a tracer provider; if not, registers OpenTelemetry's globals and begins to export. */
  start(): void;
  /**
   * Makes this the provider behind OpenTelemetry's API, unless there is one. For the next service of a process, when the one
   * that had the globals has stopped; start() does it by itself.
   *
   * @returns whether it is ours now
   */
  register(): boolean;
  /** Removes from OpenTelemetry's API what is ours. stop() does it by itself. */
  unregister(): void;
  /** Exports what waits, for at most 1.5 s and not beyond the signal, and closes everything. */
  stop(signal: AbortSignal): Promise<void>;
}

const kinds = Object.freeze({
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
});

/** The scope of the spans that the chassis makes itself. */
const chassisScope: InstrumentationScope = Object.freeze({ name: 'keelson', version: undefined });

const refused =
  'OpenTelemetry refused our tracer provider: several versions of @opentelemetry/api are installed. Spans of libraries are not seen';

/** Makes the tracing of one service. Opens nothing before start(). */
export function createTracing(options: TracingOptions): TracingProvider {
  return new ServiceTracing(options);
}

class ServiceTracing implements TracingProvider {
  readonly tracer: Tracer;
  readonly #host: TracerHost;
  readonly #manager = new ScopeContextManager();
  readonly #propagation: HeaderPropagation;
  readonly #globals: ApiGlobals;
  readonly #batcher: SpanBatcher | undefined;
  readonly #logger: Logger;
  #foreign: ForeignTracing | undefined;

  constructor(options: TracingOptions) {
    const { service, settings, clock = systemClock, logger = noopLogger } = options;
    this.#logger = logger;
    this.#propagation = new HeaderPropagation(settings.propagators);
    this.#batcher = batcherOf(options, clock, logger);
    const ended = options.ended === undefined ? (span: RecordingSpan) => this.#batcher?.add(span) : takerOf(options);
    const sampler = new Sampler(settings.sampler.name, settings.sampler.ratio);
    const recorder = { time: new SpanTime(clock), limits: settings.limits, ended };
    const recording = this.#batcher !== undefined || options.ended !== undefined;
    const maker = new SpanMaker(new IdSource(), sampler, recorder, recording);
    this.#host = { maker, contexts: this.#manager, foreign: undefined };
    this.#globals = new ApiGlobals({ provider: this, manager: this.#manager, propagator: this.#propagation });
    this.tracer = this.getTracer(service.name, service.version);
    Object.defineProperty(this, providerBrand, { value: true });
  }

  get foreign(): boolean {
    return this.#foreign !== undefined;
  }

  get dropped(): number {
    return this.#batcher?.dropped ?? 0;
  }

  getTracer(name: string, version?: string): Tracer {
    return new SpanTracer({ name, version }, this.#host);
  }

  begin(kind: 'server' | 'consumer' | 'internal', name: string, carrier: Carrier): WorkSpan {
    const foreign = this.#foreign?.begin(kinds[kind], name, carrier);
    if (foreign !== undefined) return foreign;
    const parent = this.#propagation.parentOf(carrier);
    const span = this.#host.maker.make(name, kinds[kind], chassisScope, parent);
    span.baggage = this.#propagation.baggageOf(carrier);
    return span;
  }

  call(
    kind: 'client' | 'producer',
    name: string,
    headers: Record<string, string>,
    keep?: (key: string) => boolean,
  ): WorkSpan {
    const foreign = this.#foreign?.call(kinds[kind], name, headers, this.#host.contexts.active());
    if (foreign !== undefined) {
      if (keep !== undefined) keepBaggage(headers, keep);
      return foreign;
    }
    const { parent, baggage } = this.#here();
    const span = this.#host.maker.make(name, kinds[kind], chassisScope, parent);
    this.#propagation.write(headers, span, baggage && formatBaggage(baggage, keep));
    return span;
  }

  enter<A, B>(scope: Scope, _span: WorkSpan, call: (a: A, b: B) => void, a: A, b: B): void {
    if (this.#host.contexts === this.#manager) return runInScope(scope, call, a, b);
    runInScope(scope, () => {
      this.#host.contexts.with(this.#manager.active(), call, undefined, a, b);
    });
  }

  inject(headers: Record<string, string>, within?: Context): void {
    if (this.#foreign !== undefined) return this.#foreign.inject(headers, within ?? this.#host.contexts.active());
    const { parent, baggage } = within === undefined ? this.#here() : contentsOf(within);
    this.#propagation.write(headers, parent, baggage && formatBaggage(baggage));
  }

  activeIds(): TraceIds | undefined {
    const ids = currentScope()?.trace;
    if (this.#host.contexts === this.#manager) return ids;
    return spanIn(this.#host.contexts.active()) ?? ids;
  }

  start(): void {
    const provider = foreignProvider();
    if (provider === undefined) this.register();
    else this.#giveWay(provider);
    if (contextCarrier(this.#manager) === 'other') this.#host.contexts = registeredContext;
    if (provider === undefined) this.#batcher?.start();
  }

  register(): boolean {
    const outcome = this.#globals.register();
    if (outcome === 'refused') this.#logger.warn(refused);
    return outcome === 'ours';
  }

  unregister(): void {
    this.#globals.unregister();
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.unregister();
    this.#host.maker.recording = false;
    await this.#batcher?.stop(signal);
  }

  /** The span and the baggage of the code that asks. Within a request no context of OpenTelemetry is built for it. */
  #here(): { parent: PassiveSpan | undefined; baggage: Baggage | undefined } {
    const held = this.#host.contexts === this.#manager ? currentScope()?.telemetry : undefined;
    if (!(held instanceof PassiveSpan)) return contentsOf(this.#host.contexts.active());
    return { parent: held, baggage: held.baggage === undefined ? undefined : parseBaggage(held.baggage) };
  }

  #giveWay(provider: TracerProvider): void {
    this.#foreign = new ForeignTracing(provider, chassisScope, this.#propagation);
    this.#host.foreign = provider;
    this.#host.maker.recording = false;
    this.#globals.registerContext();
    this.#batcher?.abandon();
    this.#logger.info('A tracer provider is registered already: it makes the spans, and ours are not exported');
  }
}

function contentsOf(context: Context): { parent: PassiveSpan | undefined; baggage: Baggage | undefined } {
  return { parent: spanIn(context), baggage: propagation.getBaggage(context) };
}

/** For headers that a propagator of the user's own has written. */
function keepBaggage(headers: Record<string, string>, keep: (key: string) => boolean): void {
  const baggage = headers['baggage'] === undefined ? undefined : parseBaggage(headers['baggage']);
  const kept = baggage === undefined ? '' : formatBaggage(baggage, keep);
  if (kept === '') delete headers['baggage'];
  else headers['baggage'] = kept;
}

function batcherOf(options: TracingOptions, clock: Clock, logger: Logger): SpanBatcher | undefined {
  const { service, settings, meter = noopMeter, redact } = options;
  const resource = serviceResource(service, settings.resource);
  if (settings.exporter.kind === 'none' || options.ended !== undefined) return undefined;
  const exporter = new SpanExporter(settings.exporter, resource, clock, redact);
  return new SpanBatcher(settings.batch, exporter, clock, logger, meter);
}

/** Hands ended spans over as an exporter would see them. */
function takerOf({ ended, redact }: TracingOptions): (span: RecordingSpan) => void {
  const text = safeRedact(redact);
  return (span) => ended?.(endedSpan(span, text));
}
