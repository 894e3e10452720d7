import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import { type Carrier } from '../core';
import { formatB3, parseB3, writeB3Multi } from './b3';
import { formatBaggage, parseBaggage } from './baggage';
import { PassiveSpan } from './passive-span';
import { wireBits } from './span-bits';
import { formatTraceParent, joined, parseTraceParent } from './trace-parent';

/** How trace context and baggage travel in headers. */
export type PropagatorName = 'tracecontext' | 'baggage' | 'b3' | 'b3multi';

const headerNames: Readonly<Record<PropagatorName, readonly string[]>> = Object.freeze({
  tracecontext: ['traceparent', 'tracestate'],
  baggage: ['baggage'],
  b3: ['b3'],
  b3multi: ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags'],
});

const b3Headers = [...headerNames.b3, ...headerNames.b3multi];

/**
 * Reads and writes the headers that OTEL_PROPAGATORS names: for the chassis directly from node's header object, for
 * everybody else as OpenTelemetry's propagator.
 */
export class HeaderPropagation implements TextMapPropagator {
  readonly #names: readonly PropagatorName[];
  readonly #fields: string[];
  readonly #baggage: boolean;
  /** Is W3C all that we read? Then reading is two property reads for a request without trace headers. */
  readonly #onlyW3C: boolean;

  /** Reading tries the names in this order, and the first that finds a valid trace wins; writing writes all. */
  constructor(names: readonly PropagatorName[]) {
    this.#names = names;
    this.#fields = names.flatMap((name) => headerNames[name]);
    this.#baggage = names.includes('baggage');
    this.#onlyW3C = names.includes('tracecontext') && !names.some((name) => name === 'b3' || name === 'b3multi');
  }

  /** The span of the caller, or undefined. It carries the caller's baggage only if a trace came with it: see baggageOf. */
  parentOf(carrier: Carrier): PassiveSpan | undefined {
    if (this.#onlyW3C) {
      const header = carrier.traceparent;
      return header === undefined ? undefined : parseTraceParent(header, carrier.tracestate);
    }
    for (const name of this.#names) {
      const parent = readParent(name, carrier);
      if (parent !== undefined) return parent;
    }
    return undefined;
  }

  /** The baggage header as it came, unread. */
  baggageOf(carrier: Carrier): string | undefined {
    const header = this.#baggage ? carrier.baggage : undefined;
    return header === undefined ? undefined : joined(header);
  }

  /** Writes the headers of calls made within a span. `baggage` is a valid header or undefined. */
  write(headers: Record<string, string>, span: PassiveSpan | undefined, baggage: string | undefined): void {
    for (const name of this.#names) {
      if (name === 'baggage') {
        if (baggage !== undefined && baggage !== '') headers['baggage'] = baggage;
      } else if (span !== undefined) {
        writeSpan(name, span, headers);
      }
    }
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const baggage = propagation.getBaggage(context);
    const header = baggage === undefined ? undefined : formatBaggage(baggage);
    const headers: Record<string, string> = {};
    this.write(headers, spanIn(context), header);
    for (const [name, value] of Object.entries(headers)) setter.set(carrier, name, value);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const headers: Record<string, string | string[] | undefined> = {};
    for (const name of [...this.#fields, ...b3Headers]) headers[name] = getter.get(carrier, name) ?? undefined;
    for (const name of b3Headers) headers[name] = firstOf(headers[name]);
    headers.traceparent = onlyOf(headers.traceparent);
    const parent = this.parentOf(headers);
    const raw = this.baggageOf(headers);
    const baggage = raw === undefined ? undefined : parseBaggage(raw);
    const withSpan = parent === undefined || parent.traceId === '' ? context : trace.setSpan(context, parent);
    return baggage === undefined ? withSpan : propagation.setBaggage(withSpan, baggage);
  }

  /** Always the same array, by which a registered propagator is known to be this one. */
  fields(): string[] {
    return this.#fields;
  }
}

function readParent(name: PropagatorName, carrier: Carrier): PassiveSpan | undefined {
  switch (name) {
    case 'tracecontext':
      return parseTraceParent(carrier.traceparent, carrier.tracestate);
    case 'b3':
    case 'b3multi':
      return parseB3(carrier);
    case 'baggage':
      return undefined;
  }
}

/** The engine stores by a name that stands in the code several times faster than by one that is handed in. */
function writeSpan(name: Exclude<PropagatorName, 'baggage'>, span: PassiveSpan, headers: Record<string, string>): void {
  switch (name) {
    case 'tracecontext':
      headers['traceparent'] = formatTraceParent(span);
      return writeState(span, headers);
    case 'b3':
      headers['b3'] = formatB3(span);
      return;
    case 'b3multi':
      return writeB3Multi(span, headers);
  }
}

function writeState(span: PassiveSpan, headers: Record<string, string>): void {
  const header = span.state?.serialize() ?? '';
  if (header !== '') headers['tracestate'] = header;
}

/** The span of a context in our own form; undefined when there is none or its ids are not valid. */
export function spanIn(context: Context): PassiveSpan | undefined {
  const span = trace.getSpan(context);
  if (span === undefined || span instanceof PassiveSpan) return span;
  const ids = span.spanContext();
  if (!isSpanContextValid(ids)) return undefined;
  return new PassiveSpan(ids.traceId, ids.spanId, ids.traceFlags & wireBits, ids.traceState);
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A getter may give a list for one value; two values are not valid. */
function onlyOf(value: string | string[] | undefined): string | string[] | undefined {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}
