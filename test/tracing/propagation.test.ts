import {
  ROOT_CONTEXT,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { HeaderPropagation, type PropagatorName, spanIn } from '../../src/tracing/propagation';
import { spanBits } from '../../src/tracing/span-bits';

const w3c = { traceId: 'a'.repeat(32), header: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
const b3 = { traceId: 'c'.repeat(32), header: `${'c'.repeat(32)}-${'d'.repeat(16)}-1` };
const multi = { 'x-b3-traceid': 'e'.repeat(32), 'x-b3-spanid': 'f'.repeat(16), 'x-b3-sampled': '1' };

const extract = (names: PropagatorName[], headers: object) =>
  new HeaderPropagation(names).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

describe('reading', () => {
  test.each<[PropagatorName[], object, string | undefined]>([
    [['tracecontext', 'baggage'], { traceparent: w3c.header, b3: b3.header }, w3c.traceId],
    [['tracecontext', 'baggage'], { b3: b3.header }, undefined],
    [['tracecontext'], {}, undefined],
    [['b3'], { traceparent: w3c.header, b3: b3.header }, b3.traceId],
    [['b3'], multi, 'e'.repeat(32)],
    [['b3multi'], { ...multi, b3: b3.header }, b3.traceId],
    [['b3multi'], multi, 'e'.repeat(32)],
    [['tracecontext', 'b3'], { traceparent: w3c.header, b3: b3.header }, w3c.traceId],
    [['b3', 'tracecontext'], { traceparent: w3c.header, b3: b3.header }, b3.traceId],
    [['b3', 'baggage', 'tracecontext'], { traceparent: w3c.header }, w3c.traceId],
    [['tracecontext', 'b3'], { traceparent: 'garbage', b3: b3.header }, b3.traceId],
    [['baggage'], { traceparent: w3c.header }, undefined],
    [[], { traceparent: w3c.header, b3: b3.header }, undefined],
  ])('%j from %j', (names, headers, traceId) => {
    expect(new HeaderPropagation(names).parentOf(headers as never)?.traceId).toBe(traceId);
    expect(trace.getSpanContext(extract(names, headers))?.traceId).toBe(traceId);
  });

  test('baggage only when configured, as one text', () => {
    const baggage = ['a=1', 'b=2'];
    expect(new HeaderPropagation(['baggage']).baggageOf({ baggage })).toBe('a=1,b=2');
    expect(new HeaderPropagation(['baggage']).baggageOf({})).toBeUndefined();
    expect(new HeaderPropagation(['tracecontext']).baggageOf({ baggage })).toBeUndefined();
  });
});

describe("OpenTelemetry's propagator", () => {
  test('reads trace, state and baggage into a context', () => {
    const context = extract(['tracecontext', 'baggage'], {
      traceparent: w3c.header,
      tracestate: 'x=1',
      baggage: 'u=1',
    });
    expect(trace.getSpanContext(context)).toMatchObject({ traceId: w3c.traceId, traceFlags: 1, isRemote: true });
    expect(trace.getSpanContext(context)?.traceState?.get('x')).toBe('1');
    expect(propagation.getBaggage(context)?.getEntry('u')?.value).toBe('1');
  });

  test('a getter may give lists; of two traceparents none counts', () => {
    const read = (traceparent: string[]) => trace.getSpanContext(extract(['tracecontext', 'baggage'], { traceparent }));
    expect(read([w3c.header])?.traceId).toBe(w3c.traceId);
    expect(read([w3c.header, w3c.header])).toBeUndefined();
    expect(trace.getSpanContext(extract(['b3'], { b3: [b3.header] }))?.traceId).toBe(b3.traceId);
  });

  test('leaves the context as it is when there is nothing', () => {
    expect(extract(['tracecontext', 'baggage', 'b3'], { traceparent: 'x', baggage: '', b3: '0' })).toBe(ROOT_CONTEXT);
  });

  test('writes what is configured', () => {
    const span = trace.setSpan(ROOT_CONTEXT, new PassiveSpan(w3c.traceId, 'b'.repeat(16), spanBits.sampled, 'x=1'));
    const context = propagation.setBaggage(span, propagation.createBaggage({ u: { value: 'ä' } }));
    const written = (names: PropagatorName[]): object => {
      const headers = {};
      new HeaderPropagation(names).inject(context, headers, defaultTextMapSetter);
      return headers;
    };
    expect(written(['tracecontext', 'baggage'])).toEqual({
      traceparent: w3c.header,
      tracestate: 'x=1',
      baggage: 'u=%C3%A4',
    });
    expect(written(['b3'])).toEqual({ b3: `${w3c.traceId}-${'b'.repeat(16)}-1` });
    expect(Object.keys(written(['b3multi', 'tracecontext']))).toHaveLength(5);
    expect(written([])).toEqual({});
  });

  test('writes nothing from an empty context or an empty baggage', () => {
    const headers = {};
    const every = new HeaderPropagation(['tracecontext', 'baggage', 'b3', 'b3multi']);
    every.inject(ROOT_CONTEXT, headers, defaultTextMapSetter);
    every.inject(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage()), headers, defaultTextMapSetter);
    expect(headers).toEqual({});
  });

  test('names its headers, always in the same array', () => {
    const one = new HeaderPropagation(['tracecontext', 'baggage']);
    expect(one.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(one.fields()).toBe(one.fields());
  });
});

describe('spanIn', () => {
  const ids = { traceId: w3c.traceId, spanId: 'b'.repeat(16), traceFlags: 0xff, traceState: createTraceState('y=1') };

  test('a span of somebody else, in our form', () => {
    const span = spanIn(trace.setSpanContext(ROOT_CONTEXT, ids));
    expect([span?.traceId, span?.bits, span?.state?.get('y')]).toEqual([w3c.traceId, 3, '1']);
  });

  test('no span, and one without valid ids', () => {
    expect(spanIn(ROOT_CONTEXT)).toBeUndefined();
    expect(spanIn(trace.setSpanContext(ROOT_CONTEXT, { ...ids, traceId: '0'.repeat(32) }))).toBeUndefined();
    expect(spanIn(trace.setSpanContext(ROOT_CONTEXT, { ...ids, spanId: 'x' }))).toBeUndefined();
  });
});
