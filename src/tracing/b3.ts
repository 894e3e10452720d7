import { type Carrier } from '../core';
import { PassiveSpan } from './passive-span';
import { spanBits } from './span-bits';

const single = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-([01d])(?:-[0-9a-f]{16})?)?$/;
const traceIdForm = /^(?:[0-9a-f]{32}|[0-9a-f]{16})$/;
const spanIdForm = /^[0-9a-f]{16}$/;
const zeroes = /^0+$/;

/** What a decision in B3 means; none means that the receiver decides. */
const decisions: Readonly<Record<string, number>> = Object.freeze({
  '0': 0,
  '1': spanBits.sampled,
  d: spanBits.sampled | spanBits.debug,
  false: 0,
  true: spanBits.sampled,
});

/**
 * Reads B3 headers, the single one first. Ids of 64 bits are padded on the left.
 *
 * @returns undefined when there is nothing valid. A span with empty ids when only a decision came (`b3: 0`).
 */
export function parseB3(carrier: Carrier): PassiveSpan | undefined {
  const header = carrier.b3;
  if (header === undefined) return parseMulti(carrier);
  if (typeof header !== 'string') return undefined;
  if (header.length === 1) return decisionOnly(header);
  const parts = single.exec(header);
  return parts === null ? undefined : span(parts[1] ?? '', parts[2] ?? '', bitsOf(parts[3]));
}

function parseMulti(carrier: Carrier): PassiveSpan | undefined {
  const traceId = carrier['x-b3-traceid'];
  const flags = carrier['x-b3-flags'];
  const sampled = carrier['x-b3-sampled'];
  if (traceId === undefined && flags === undefined && sampled === undefined) return undefined;
  const decision = flags === '1' ? 'd' : typeof sampled === 'string' && sampled !== 'd' ? sampled : '';
  if (traceId === undefined) return decisionOnly(decision);
  const spanId = carrier['x-b3-spanid'];
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
  if (!traceIdForm.test(traceId) || !spanIdForm.test(spanId)) return undefined;
  return span(traceId, spanId, bitsOf(decision));
}

function decisionOnly(decision: string): PassiveSpan | undefined {
  const bits = bitsOf(decision);
  return bits === spanBits.undecided ? undefined : new PassiveSpan('', '', bits | spanBits.remote);
}

function bitsOf(decision: string | undefined): number {
  return decision !== undefined && Object.hasOwn(decisions, decision) ? (decisions[decision] ?? 0) : spanBits.undecided;
}

function span(traceId: string, spanId: string, bits: number): PassiveSpan | undefined {
  if (zeroes.test(traceId) || zeroes.test(spanId)) return undefined;
  return new PassiveSpan(traceId.padStart(32, '0'), spanId, bits | spanBits.remote);
}

/** The `b3` header of calls made within this span. */
export function formatB3(span: PassiveSpan): string {
  const decision = (span.bits & spanBits.debug) !== 0 ? 'd' : span.sampled ? '1' : '0';
  return `${span.traceId}-${span.spanId}-${decision}`;
}

/** Writes the `x-b3-*` headers of calls made within this span. */
export function writeB3Multi(span: PassiveSpan, headers: Record<string, string>): void {
  headers['x-b3-traceid'] = span.traceId;
  headers['x-b3-spanid'] = span.spanId;
  if ((span.bits & spanBits.debug) !== 0) headers['x-b3-flags'] = '1';
  else headers['x-b3-sampled'] = span.sampled ? '1' : '0';
}
