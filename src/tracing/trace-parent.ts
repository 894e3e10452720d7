import { PassiveSpan } from './passive-span';
import { spanBits, wireBits } from './span-bits';

const version0 = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** A later version may carry more behind the flags, after a dash. Version ff is forbidden. */
const laterVersion = /^(?!ff|00)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const zeroTrace = '0'.repeat(32);
const zeroSpan = '0'.repeat(16);

/**
 * Reads the W3C headers. Anything else than exactly one valid traceparent gives undefined, a new trace; the tracestate is
 * then not looked at.
 *
 * @param state the tracestate header; not read before it is needed
 */
export function parseTraceParent(header: unknown, state: unknown): PassiveSpan | undefined {
  if (typeof header !== 'string' || !(version0.test(header) || laterVersion.test(header))) return undefined;
  const traceId = header.slice(3, 35);
  const spanId = header.slice(36, 52);
  if (traceId === zeroTrace || spanId === zeroSpan) return undefined;
  const bits = (Number.parseInt(header.slice(53, 55), 16) & wireBits) | spanBits.remote;
  return new PassiveSpan(traceId, spanId, bits, joined(state));
}

/** The traceparent header of calls made within this span. */
export function formatTraceParent(span: PassiveSpan): string {
  return `00-${span.traceId}-${span.spanId}-0${span.bits & wireBits}`;
}

/** A header that may come as several lines, as one text. */
export function joined(header: unknown): string | undefined {
  if (typeof header === 'string') return header;
  return Array.isArray(header) && header.every((line) => typeof line === 'string') ? header.join(',') : undefined;
}
