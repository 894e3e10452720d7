import { isIP } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type ExportText, eachAttribute } from './export-text';
import { type RecordingSpan, type SpanEvent } from './recording-span';
import { type SpanAttributes, type StoredValue } from './span-attributes';
import { spanBits } from './span-bits';

interface Endpoint {
  serviceName?: string;
  ipv4?: string;
  ipv6?: string;
  port?: number;
}

/** Zipkin has no kind for work within a process: it is left out. */
const kinds: Readonly<Record<SpanKind, string | undefined>> = Object.freeze({
  [SpanKind.INTERNAL]: undefined,
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
});

/** What names the other side, in order of preference (OpenTelemetry's mapping). */
const peerNames = Object.freeze(['peer.service', 'server.address', 'net.peer.name']);

/** A list of spans in Zipkin's JSON form, version 2: times are microseconds, all tags are text. */
export function encodeZipkin(
  resource: Readonly<Record<string, string>>,
  spans: readonly RecordingSpan[],
  text: ExportText,
): string {
  const { 'service.name': serviceName, ...rest } = resource;
  const tags = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, text.value(value, key)]));
  return JSON.stringify(spans.map((span) => encodeSpan(span, { serviceName }, tags, text)));
}

function encodeSpan(
  span: RecordingSpan,
  localEndpoint: { serviceName: string | undefined },
  resourceTags: Readonly<Record<string, string>>,
  text: ExportText,
): object {
  const timestamp = Math.round(span.startTime * 1000);
  return {
    traceId: span.traceId,
    id: span.spanId,
    parentId: span.parentId,
    name: text.name(span.name),
    kind: kinds[span.kind],
    timestamp,
    duration: Math.max(1, Math.round((span.endTime - span.startTime) * 1000)),
    debug: (span.bits & spanBits.debug) === 0 ? undefined : true,
    localEndpoint,
    remoteEndpoint: remoteEndpoint(span, text),
    annotations: span.events?.map((event) => encodeEvent(event, text)),
    tags: { ...resourceTags, ...tagsOf(span, text) },
  };
}

function tagsOf(span: RecordingSpan, text: ExportText): Record<string, string> {
  const tags: Record<string, string> = {};
  eachAttribute(span.attributes, text, (key, value) => {
    if (key !== 'error' && key !== '__proto__') tags[key] = textOf(value);
  });
  tags['otel.scope.name'] = tags['otel.library.name'] = span.scope.name;
  if (span.scope.version !== undefined) {
    tags['otel.scope.version'] = tags['otel.library.version'] = span.scope.version;
  }
  if (span.attributes.dropped > 0) tags['otel.dropped_attributes_count'] = String(span.attributes.dropped);
  if (span.droppedEvents > 0) tags['otel.dropped_events_count'] = String(span.droppedEvents);
  if (span.droppedLinks > 0) tags['otel.dropped_links_count'] = String(span.droppedLinks);
  if (span.status === SpanStatusCode.OK) tags['otel.status_code'] = 'OK';
  if (span.status === SpanStatusCode.ERROR) {
    tags['otel.status_code'] = 'ERROR';
    tags.error = text.value(span.statusMessage ?? '');
  }
  return tags;
}

function textOf(value: StoredValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Zipkin has only a text for an event: the name, and the attributes as JSON behind it. */
function encodeEvent(event: SpanEvent, text: ExportText): object {
  const attributes: Record<string, unknown> = {};
  eachAttribute(event.attributes, text, (key, value) => (attributes[key] = value));
  const name = text.name(event.name);
  const value =
    event.attributes === undefined || event.attributes.size === 0
      ? name
      : `${JSON.stringify(name)}: ${JSON.stringify(attributes)}`;
  return { timestamp: Math.round(event.time * 1000), value };
}

function remoteEndpoint(span: RecordingSpan, text: ExportText): Endpoint | undefined {
  if (span.kind !== SpanKind.CLIENT && span.kind !== SpanKind.PRODUCER) return undefined;
  const name = peerNames.map((key) => span.attributes.get(key)).find((value) => typeof value === 'string');
  if (name !== undefined) return { serviceName: text.value(name) };
  return peerAddress(span.attributes);
}

function peerAddress(attributes: SpanAttributes): Endpoint | undefined {
  const address = attributes.get('network.peer.address');
  const port = attributes.get('network.peer.port');
  if (typeof address !== 'string') return undefined;
  const family = isIP(address);
  const endpoint: Endpoint =
    family === 4 ? { ipv4: address } : family === 6 ? { ipv6: address } : { serviceName: address };
  return typeof port === 'number' ? { ...endpoint, port } : endpoint;
}
