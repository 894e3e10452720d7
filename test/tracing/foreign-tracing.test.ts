import {
  type Context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import { ForeignSpan, ForeignTracing } from '../../src/tracing/foreign-tracing';
import { HeaderPropagation } from '../../src/tracing/propagation';
import { SdkContextManager, SdkProvider, type SdkSpan } from './support/foreign-sdk';

const scope = { name: 'keelson', version: undefined };
const own = new HeaderPropagation(['tracecontext', 'baggage']);
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

afterEach(() => {
  context.disable();
  propagation.disable();
});

describe('ForeignTracing', () => {
  test("makes the span through the user's provider, as a child of what came in", () => {
    const sdk = new SdkProvider();
    const tracing = new ForeignTracing(sdk, scope, own);
    const span = tracing.begin(SpanKind.SERVER, 'GET', { traceparent, baggage: 'user=alice' });
    expect(sdk.spans).toHaveLength(1);
    expect(sdk.spans[0]).toMatchObject({ name: 'GET', kind: SpanKind.SERVER, scope: 'keelson' });
    expect(sdk.spans[0]?.parent).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isRemote: true });
    expect(span).toMatchObject({ traceId: 'a'.repeat(32), spanId: sdk.spans[0]?.ids.spanId, sampled: true });
    expect(trace.getSpan(span?.seed ?? ROOT_CONTEXT)).toBe(sdk.spans[0]);
    expect(propagation.getBaggage(span?.seed ?? ROOT_CONTEXT)?.getEntry('user')?.value).toBe('alice');
  });

  test('reads and writes with the registered propagator, if there is one', () => {
    propagation.setGlobalPropagator(new HeaderPropagation(['b3']));
    const sdk = new SdkProvider();
    const tracing = new ForeignTracing(sdk, scope, own);
    const span = tracing.begin(SpanKind.SERVER, 'GET', { traceparent, b3: `${'c'.repeat(32)}-${'d'.repeat(16)}-1` });
    expect(span?.traceId).toBe('c'.repeat(32));
    const headers: Record<string, string> = {};
    tracing.inject(headers, span?.seed as Context);
    expect(headers).toEqual({ b3: `${'c'.repeat(32)}-${span?.spanId}-1` });
    propagation.disable();
    const others: Record<string, string> = {};
    tracing.inject(others, span?.seed as Context);
    expect(Object.keys(others)).toEqual(['traceparent']);
  });

  test('gives nothing when the provider gives no ids', () => {
    const off = { getTracer: () => ({ startSpan: () => trace.wrapSpanContext(INVALID_SPAN_CONTEXT) }) } as never;
    expect(new ForeignTracing(off, scope, own).begin(SpanKind.SERVER, 'GET', {})).toBeUndefined();
  });

  test('adds no second span to one that an instrumentation made for the same work', () => {
    const manager = new SdkContextManager();
    context.setGlobalContextManager(manager);
    const sdk = new SdkProvider();
    const tracing = new ForeignTracing(sdk, scope, own);
    const server = sdk.getTracer('instrumentation-http').startSpan('GET', { kind: SpanKind.SERVER });
    const within = trace.setSpan(ROOT_CONTEXT, server);
    manager.with(within, () => {
      const span = tracing.begin(SpanKind.SERVER, 'GET', {});
      expect([sdk.spans.length, span?.spanId]).toEqual([1, server.spanContext().spanId]);
      expect(span?.seed).toBe(within);
      span?.rename('GET /a');
      span?.end();
      expect(sdk.spans[0]).toMatchObject({ name: 'GET /a', ends: 0 });
      tracing.begin(SpanKind.CONSUMER, 'x', {});
      tracing.begin(SpanKind.INTERNAL, 'x', {});
      server.end();
      tracing.begin(SpanKind.SERVER, 'x', {});
      expect(sdk.spans).toHaveLength(4);
    });
  });
});

describe('ForeignSpan', () => {
  test('passes on what is done to it', () => {
    const sdk = new SdkProvider();
    const span = sdk.getTracer('x').startSpan('x') as SdkSpan;
    const foreign = new ForeignSpan(span, ROOT_CONTEXT, true);
    expect(foreign.recording).toBe(true);
    foreign.set('a', 1);
    foreign.rename('y');
    foreign.fail('E_X', new TypeError('broken'));
    foreign.end();
    expect(foreign.recording).toBe(false);
    expect(span).toMatchObject({
      name: 'y',
      attributes: { a: 1, 'error.type': 'E_X' },
      status: { code: SpanStatusCode.ERROR, message: 'broken' },
      exceptions: [expect.objectContaining({ name: 'TypeError', message: 'broken' })],
      ends: 1,
    });
  });

  test('fails without an error, and with strange ones', () => {
    const span = new SdkProvider().getTracer('x').startSpan('x') as SdkSpan;
    const foreign = new ForeignSpan(span, ROOT_CONTEXT, true);
    foreign.fail('503');
    expect([span.status, span.exceptions]).toEqual([{ code: SpanStatusCode.ERROR }, []]);
    foreign.fail('odd', Symbol('x'));
    expect(span.exceptions).toEqual([{ name: 'odd' }]);
  });
});
