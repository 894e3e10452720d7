import { type JsonObject, check, listOf, mapOf, object, oneOf, optional, text, whole } from './check-json';

const micros = whole(1_500_000_000_000_000, Number.MAX_SAFE_INTEGER);

const endpoint = object({
  serviceName: optional(text(/./)),
  ipv4: optional(text(/^\d+\.\d+\.\d+\.\d+$/)),
  ipv6: optional(text(/:/)),
  port: optional(whole(0, 65_535)),
});

const span = object({
  traceId: text(/^(?!0+$)[0-9a-f]{32}$/),
  id: text(/^(?!0+$)[0-9a-f]{16}$/),
  parentId: optional(text(/^(?!0+$)[0-9a-f]{16}$/)),
  name: text(/./),
  kind: optional(oneOf('CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER')),
  timestamp: micros,
  duration: whole(1, Number.MAX_SAFE_INTEGER),
  debug: optional(oneOf(true)),
  localEndpoint: endpoint,
  remoteEndpoint: optional(endpoint),
  annotations: optional(listOf(object({ timestamp: micros, value: text(/./) }))),
  tags: mapOf(text(/^/)),
});

export interface ZipkinSpan extends JsonObject {
  readonly traceId: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Record<string, string>;
}

/** Checks every field of a list of Zipkin v2 spans; throws at the first that is wrong. */
export function checkZipkin(body: string): ZipkinSpan[] {
  return check(body, listOf(span)) as ZipkinSpan[];
}
