import { nanosText } from './nanos';
import { type ExportText, eachAttribute } from './export-text';
import { type InstrumentationScope, type RecordingSpan, type SpanEvent, type SpanLink } from './recording-span';
import { type SpanAttributes, type StoredValue } from './span-attributes';
import { wireBits } from './span-bits';

/** Bit 8 of OTLP's flags: it is known whether the parent is in another process. Bit 9: it is. */
const remoteKnown = 0x100;
const remoteYes = 0x200;

/**
 * An ExportTraceServiceRequest in OTLP's JSON form: ids in hex, enumerations as numbers, 64-bit numbers as text. It is written as text at once:
 * making the objects first, only to have them written, takes twice as long.
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
  const attributes = Object.entries(resource).map(([key, value]) => keyValue(key, text.value(value, key)));
  const scopeSpans = Array.from(scopes, ([scope, group]) => {
    const version = scope.version === undefined ? '' : `,"version":${quote(scope.version)}`;
    return `{"scope":{"name":${quote(scope.name)}${version}},"spans":[${group.map((span) => spanText(span, text)).join(',')}]}`;
  });
  return `{"resourceSpans":[{"resource":{"attributes":[${attributes.join(',')}]},"scopeSpans":[${scopeSpans.join(',')}]}]}`;
}

function spanText(span: RecordingSpan, text: ExportText): string {
  const { state, parentId, statusMessage } = span;
  return (
    `{"traceId":${quote(span.traceId)},"spanId":${quote(span.spanId)}` +
    (state === undefined ? '' : `,"traceState":${quote(state.serialize())}`) +
    (parentId === undefined ? '' : `,"parentSpanId":${quote(parentId)}`) +
    `,"flags":${(span.bits & wireBits) | remoteKnown | (span.parentRemote ? remoteYes : 0)}` +
    `,"name":${quote(text.name(span.name))},"kind":${span.kind + 1}` +
    `,"startTimeUnixNano":"${nanosText(span.startTime)}","endTimeUnixNano":"${nanosText(span.endTime)}"` +
    attributesText(span.attributes, text) +
    listText('events', span.events, (event) => eventText(event, text)) +
    `,"droppedEventsCount":${span.droppedEvents}` +
    listText('links', span.links, (link) => linkText(link, text)) +
    `,"droppedLinksCount":${span.droppedLinks},"status":{"code":${span.status}` +
    (statusMessage === undefined ? '}}' : `,"message":${quote(text.value(statusMessage))}}}`)
  );
}

function eventText(event: SpanEvent, text: ExportText): string {
  const head = `{"timeUnixNano":"${nanosText(event.time)}","name":${quote(text.name(event.name))}`;
  return `${head}${attributesText(event.attributes, text)}}`;
}

function linkText(link: SpanLink, text: ExportText): string {
  const remote = link.remote === undefined ? 0 : remoteKnown | (link.remote ? remoteYes : 0);
  return (
    `{"traceId":${quote(link.traceId)},"spanId":${quote(link.spanId)}` +
    (link.state === undefined ? '' : `,"traceState":${quote(link.state.serialize())}`) +
    `${attributesText(link.attributes, text)},"flags":${link.flags | remote}}`
  );
}

function listText<T>(name: string, list: readonly T[] | undefined, text: (one: T) => string): string {
  return list === undefined ? '' : `,"${name}":[${list.map(text).join(',')}]`;
}

function attributesText(attributes: SpanAttributes | undefined, text: ExportText): string {
  let list = '';
  eachAttribute(attributes, text, (key, value) => {
    list += list === '' ? keyValue(key, value) : `,${keyValue(key, value)}`;
  });
  return `,"attributes":[${list}],"droppedAttributesCount":${attributes?.dropped ?? 0}`;
}

function keyValue(key: string, value: StoredValue): string {
  return `{"key":${quote(key)},"value":${valueText(value)}}`;
}

function valueText(value: StoredValue): string {
  if (typeof value === 'string') return `{"stringValue":${quote(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  if (typeof value === 'number') return numberText(value);
  return `{"arrayValue":{"values":[${value.map((item) => (item === null ? '{}' : valueText(item))).join(',')}]}}`;
}

function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return `{"intValue":"${value}"}`;
  return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`;
}

/** What JSON takes as it is. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
