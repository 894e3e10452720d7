import { nanosText } from './nanos';
import { type ExportText, eachAttribute } from './export-text';
import { type InstrumentationScope, type RecordingSpan, type SpanEvent, type SpanLink } from './recording-span';
import { type SpanAttributes, type StoredValue } from './span-attributes';
import { wireBits } from './span-bits';

type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | string }
  | { arrayValue: { values: (AnyValue | Record<string, never>)[] } };

interface KeyValue {
  key: string;
  value: AnyValue;
}

/** Bit 8 of OTLP's flags: it is known whether the parent is in another process. Bit 9: it is. */
const remoteKnown = 0x100;
const remoteYes = 0x200;

/**
 * An ExportTraceServiceRequest in OTLP's JSON form: ids in hex, enumerations as numbers, 64-bit numbers as text.
 *
 * @param resource what describes the service, beginning with service.name
 */
export function encodeOtlp(
  resource: Readonly<Record<string, string>>,
  spans: readonly RecordingSpan[],
  text: ExportText,
): string {
  const scopes = new Map<InstrumentationScope, RecordingSpan[]>();
  for (const span of spans) {
    const group = scopes.get(span.scope);
    if (group === undefined) scopes.set(span.scope, [span]);
    else group.push(span);
  }
  const attributes = Object.entries(resource).map(([key, value]) => ({
    key,
    value: { stringValue: text.value(value, key) },
  }));
  const scopeSpans = Array.from(scopes, ([scope, group]) => ({
    scope: scope.version === undefined ? { name: scope.name } : { name: scope.name, version: scope.version },
    spans: group.map((span) => encodeSpan(span, text)),
  }));
  return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans }] });
}

function encodeSpan(span: RecordingSpan, text: ExportText): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.state?.serialize(),
    parentSpanId: span.parentId,
    flags: (span.bits & wireBits) | remoteKnown | (span.parentRemote ? remoteYes : 0),
    name: text.name(span.name),
    kind: span.kind + 1,
    startTimeUnixNano: nanosText(span.startTime),
    endTimeUnixNano: nanosText(span.endTime),
    attributes: encodeAttributes(span.attributes, text),
    droppedAttributesCount: span.attributes.dropped,
    events: span.events?.map((event) => encodeEvent(event, text)),
    droppedEventsCount: span.droppedEvents,
    links: span.links?.map((link) => encodeLink(link, text)),
    droppedLinksCount: span.droppedLinks,
    status:
      span.statusMessage === undefined
        ? { code: span.status }
        : { code: span.status, message: text.value(span.statusMessage) },
  };
}

function encodeEvent(event: SpanEvent, text: ExportText): object {
  return {
    timeUnixNano: nanosText(event.time),
    name: text.name(event.name),
    attributes: encodeAttributes(event.attributes, text),
    droppedAttributesCount: event.attributes?.dropped ?? 0,
  };
}

function encodeLink(link: SpanLink, text: ExportText): object {
  const remote = link.remote === undefined ? 0 : remoteKnown | (link.remote ? remoteYes : 0);
  return {
    traceId: link.traceId,
    spanId: link.spanId,
    traceState: link.state?.serialize(),
    attributes: encodeAttributes(link.attributes, text),
    droppedAttributesCount: link.attributes?.dropped ?? 0,
    flags: link.flags | remote,
  };
}

function encodeAttributes(attributes: SpanAttributes | undefined, text: ExportText): KeyValue[] {
  const list: KeyValue[] = [];
  eachAttribute(attributes, text, (key, value) => list.push({ key, value: encodeValue(value) }));
  return list;
}

function encodeValue(value: StoredValue): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return encodeNumber(value);
  return { arrayValue: { values: value.map((item) => (item === null ? {} : encodeValue(item))) } };
}

function encodeNumber(value: number): AnyValue {
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}
