import { eachAttribute, type ExportText } from './export-text';
import { type RecordingSpan } from './recording-span';
import { type SpanAttributes, type StoredValue } from './span-attributes';

/** A span that has ended, as plain data: what an exporter would have sent. Frozen. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  /** Name of the library or part that made it; `keelson` for those of the chassis itself. */
  readonly scope: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  /** Of a status `error`, if there is one. */
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Record<string, StoredValue>>;
  readonly events: readonly EndedSpanEvent[];
  /** Other spans that have to do with it. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Something that happened during a span. */
export interface EndedSpanEvent {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly attributes: Readonly<Record<string, StoredValue>>;
}

/** By OpenTelemetry's numbers. */
const kinds = Object.freeze(['internal', 'server', 'client', 'producer', 'consumer'] as const);
const statuses = Object.freeze(['unset', 'ok', 'error'] as const);

/** Makes plain data of a span that has ended, its texts masked. */
export function endedSpan(span: RecordingSpan, text: ExportText): EndedSpan {
  const { statusMessage } = span;
  return Object.freeze({
    name: text.name(span.name),
    kind: kinds[span.kind],
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentId,
    scope: span.scope.name,
    startTime: span.startTime,
    durationMs: span.endTime - span.startTime,
    status: statuses[span.status],
    statusMessage: statusMessage === undefined ? undefined : text.value(statusMessage),
    attributes: recordOf(span.attributes, text),
    events: (span.events ?? []).map(({ name, time, attributes }) => ({
      name: text.name(name),
      time,
      attributes: recordOf(attributes, text),
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  });
}

function recordOf(attributes: SpanAttributes | undefined, text: ExportText): Readonly<Record<string, StoredValue>> {
  const entries: [string, StoredValue][] = [];
  eachAttribute(attributes, text, (key, value) => entries.push([key, value]));
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(entries);
}
