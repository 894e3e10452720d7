import { type Link, type SpanKind, SpanStatusCode, type TraceState, isSpanContextValid } from '@opentelemetry/api';
import { exceptionFacts } from './exception-facts';
import { epochMs } from './nanos';
import { PassiveSpan } from './passive-span';
import { type AttributeLimits, SpanAttributes, cut } from './span-attributes';
import { spanBits, wireBits } from './span-bits';
import { type SpanTime } from './span-time';

/** How much one span may hold. */
export interface SpanLimits {
  readonly attributes: AttributeLimits;
  readonly eventAttributes: AttributeLimits;
  readonly linkAttributes: AttributeLimits;
  /** Events; further ones are dropped and counted. */
  readonly events: number;
  /** Links; further ones are dropped and counted. */
  readonly links: number;
}

/** The library or part that a span was made by. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version: string | undefined;
}

/** Where ended spans go, and what recording needs. One for all spans of a provider. */
export interface Recorder {
  readonly time: SpanTime;
  readonly limits: SpanLimits;
  /** Takes an ended span. Must not throw or wait. */
  ended(span: RecordingSpan): void;
}

/** Something that happened during a span. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly attributes: SpanAttributes | undefined;
}

/** Another span that has to do with this one. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly remote: boolean | undefined;
  readonly state: TraceState | undefined;
  readonly attributes: SpanAttributes | undefined;
}

/** What a recording span begins with. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: InstrumentationScope;
  readonly parent: PassiveSpan | undefined;
  /** Milliseconds since the epoch; undefined means now. */
  readonly time: number | undefined;
}

/** Characters of the name of a span or an event. */
const maxNameLength = 1024;

/** A span that will be exported. What exporters read is public; nothing can be changed after it ended. */
export class RecordingSpan extends PassiveSpan {
  readonly kind: SpanKind;
  readonly scope: InstrumentationScope;
  /** Of the span that this one is part of; undefined for the first of a trace. The span itself is not kept alive. */
  readonly parentId: string | undefined;
  /** Is the parent in another process? */
  readonly parentRemote: boolean;
  readonly startTime: number;
  readonly attributes: SpanAttributes;
  name: string;
  endTime = 0;
  status: SpanStatusCode = SpanStatusCode.UNSET;
  statusMessage: string | undefined = undefined;
  events: SpanEvent[] | undefined = undefined;
  links: SpanLink[] | undefined = undefined;
  droppedEvents = 0;
  droppedLinks = 0;
  readonly #recorder: Recorder;
  readonly #shift: number;
  #ended = false;

  constructor(traceId: string, spanId: string, bits: number, start: SpanStart, recorder: Recorder) {
    super(traceId, spanId, bits, start.parent?.unreadState);
    this.kind = start.kind;
    this.scope = start.scope;
    this.parentId = start.parent?.spanId === '' ? undefined : start.parent?.spanId;
    this.parentRemote = ((start.parent?.bits ?? 0) & spanBits.remote) !== 0;
    this.name = cut(start.name, maxNameLength);
    this.#recorder = recorder;
    this.#shift = recorder.time.shift();
    this.startTime = start.time ?? this.#now();
    this.attributes = new SpanAttributes(recorder.limits.attributes);
  }

  override get recording(): boolean {
    return !this.#ended;
  }

  override set(key: string, value: unknown): void {
    if (!this.#ended) this.attributes.set(key, value);
  }

  override rename(name: string): void {
    if (!this.#ended) this.name = cut(name, maxNameLength);
  }

  override fail(type: string, error?: unknown): void {
    if (this.#ended) return;
    this.attributes.set('error.type', type);
    this.setStatus({ code: SpanStatusCode.ERROR, message: exceptionFacts(error).message });
    if (error !== undefined) this.recordException(error);
  }

  override end(endTime?: unknown): void {
    if (this.#ended) return;
    const time = endTime === undefined ? undefined : epochMs(endTime);
    this.endTime = Math.max(this.startTime, time ?? this.#now());
    this.#ended = true;
    this.#recorder.ended(this);
  }

  override setAttribute(key: string, value: unknown): this {
    this.set(key, value);
    return this;
  }

  override setAttributes(attributes: unknown): this {
    if (!this.#ended && typeof attributes === 'object' && attributes !== null) this.attributes.setAll(attributes);
    return this;
  }

  override addEvent(name: string, attributes?: unknown, time?: unknown): this {
    if (this.#ended) return this;
    const given = epochMs(attributes);
    const at = given ?? epochMs(time) ?? this.#now();
    this.events ??= [];
    if (this.events.length >= this.#recorder.limits.events) {
      this.droppedEvents += 1;
      return this;
    }
    this.events.push({
      name: cut(name, maxNameLength),
      time: at,
      attributes: given === undefined ? kept(this.#recorder.limits.eventAttributes, attributes) : undefined,
    });
    return this;
  }

  /** A link to nowhere, one without valid ids, counts as dropped. */
  override addLink(link: unknown): this {
    const { context: to, attributes } = (link ?? {}) as Partial<Link>;
    if (this.#ended) return this;
    this.links ??= [];
    if (to === undefined || !isSpanContextValid(to) || this.links.length >= this.#recorder.limits.links) {
      this.droppedLinks += 1;
      return this;
    }
    this.links.push({
      traceId: to.traceId,
      spanId: to.spanId,
      flags: to.traceFlags & wireBits,
      remote: to.isRemote,
      state: to.traceState,
      attributes: kept(this.#recorder.limits.linkAttributes, attributes),
    });
    return this;
  }

  override addLinks(links: unknown): this {
    if (Array.isArray(links)) for (const link of links) this.addLink(link);
    return this;
  }

  /** OK is final, and nothing takes an error back to unset: OpenTelemetry's rule. */
  override setStatus(status: unknown): this {
    if (this.#ended || typeof status !== 'object' || status === null) return this;
    const { code, message } = status as { code: SpanStatusCode; message?: unknown };
    if (code === SpanStatusCode.UNSET || this.status === SpanStatusCode.OK) return this;
    this.status = code;
    const text = code === SpanStatusCode.ERROR && typeof message === 'string' ? message : undefined;
    this.statusMessage = text && cut(text, this.#recorder.limits.attributes.valueLength);
    return this;
  }

  override updateName(name: string): this {
    this.rename(name);
    return this;
  }

  override recordException(exception: unknown, time?: unknown): void {
    if (this.#ended) return;
    const facts = exceptionFacts(exception);
    const attributes = {
      'exception.type': facts.type,
      'exception.message': facts.message,
      'exception.stacktrace': facts.stack,
    };
    this.addEvent('exception', attributes, time);
  }

  /** Steady for the whole of the span, even if the wall clock is set meanwhile. */
  #now(): number {
    return this.#recorder.time.steady() + this.#shift;
  }
}

function kept(limits: AttributeLimits, from: unknown): SpanAttributes | undefined {
  if (typeof from !== 'object' || from === null) return undefined;
  return new SpanAttributes(limits, from);
}
