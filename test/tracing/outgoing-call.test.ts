import { type Span, SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { type Scope, type WorkContext, runInScope } from '../../src/core';
import { type TracingProvider, createTracing, resolveTracingSettings } from '../../src/tracing';
import { FakeClock } from '../support/fake-clock';
import { attributesOf, checkOtlp } from './support/check-otlp';
import { type Collector, startCollector } from './support/collector';
import { SdkContextManager, SdkProvider } from './support/foreign-sdk';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const incoming = {
  traceparent: `00-${traceId}-b7ad6b7169203331-01`,
  tracestate: 'congo=t61',
  baggage: 'tenant=acme,user=alice',
};

const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  trace.disable();
  context.disable();
  propagation.disable();
});

function make(raw: Record<string, unknown> = {}): TracingProvider {
  const service = { name: 'shop', version: '1.2.3', instance: 'shop-1' };
  const tracing = createTracing({ service, settings: resolveTracingSettings(raw), clock: new FakeClock() });
  running.push(() => tracing.stop(AbortSignal.abort()));
  return tracing;
}

function within<T>(tracing: TracingProvider, headers: Record<string, string>, handler: () => T): T {
  const span = tracing.begin('server', 'GET', headers);
  const scope: Scope = { work: { requestId: 'r' } as WorkContext, trace: span, telemetry: span.seed };
  return runInScope(scope, handler);
}

test('a call from within a request is a child of its span and carries its trace', () => {
  const tracing = make();
  tracing.start();
  within(tracing, incoming, () => {
    const headers: Record<string, string> = { accept: 'application/json' };
    const span = tracing.call('client', 'GET', headers);
    expect(span.traceId).toBe(traceId);
    expect(headers).toEqual({
      accept: 'application/json',
      traceparent: `00-${traceId}-${span.spanId}-01`,
      tracestate: 'congo=t61',
      baggage: 'tenant=acme,user=alice',
    });
    expect(trace.getActiveSpan()?.spanContext().spanId).not.toBe(span.spanId);
  });
});

test('only the baggage that may leave goes along', () => {
  const tracing = make();
  tracing.start();
  within(tracing, incoming, () => {
    const some: Record<string, string> = {};
    tracing.call('client', 'GET', some, (key) => key === 'tenant');
    expect(some['baggage']).toBe('tenant=acme');
    const none: Record<string, string> = {};
    tracing.call('client', 'GET', none, () => false);
    expect(none).not.toHaveProperty('baggage');
  });
});

test('a call from outside any request begins a trace', () => {
  const tracing = make();
  tracing.start();
  const headers: Record<string, string> = {};
  const span = tracing.call('producer', 'send', headers);
  expect(headers).toEqual({ traceparent: `00-${span.traceId}-${span.spanId}-01` });
});

test('a call within a span of the API is a child of that span', () => {
  const tracing = make();
  tracing.start();
  within(tracing, incoming, () => {
    tracing.tracer.startActiveSpan('inner', (inner: Span) => {
      const headers: Record<string, string> = {};
      expect(tracing.call('client', 'GET', headers).traceId).toBe(inner.spanContext().traceId);
      expect(headers['baggage']).toBe('tenant=acme,user=alice');
      inner.end();
    });
  });
});

test('is exported with its kind and its parent', async () => {
  const collector: Collector = await startCollector();
  running.push(() => collector.close());
  const tracing = make({ exporterOtlpEndpoint: collector.url });
  tracing.start();
  within(tracing, incoming, () => {
    const span = tracing.call('client', 'GET', {});
    span.set('server.address', 'inventory');
    span.end();
  });
  await tracing.stop(new AbortController().signal);
  const [span] = checkOtlp(collector.requests[0]?.body ?? '').spans;
  expect(span).toMatchObject({ kind: SpanKind.CLIENT + 1, name: 'GET', traceId });
  expect(attributesOf(span?.attributes)).toMatchObject({ 'server.address': 'inventory' });
});

describe('with an SDK of the user', () => {
  test('the span is made by it, and its headers go along', () => {
    const sdk = new SdkProvider();
    trace.setGlobalTracerProvider(sdk);
    context.setGlobalContextManager(new SdkContextManager());
    const tracing = make();
    tracing.start();
    within(tracing, incoming, () => {
      const headers: Record<string, string> = {};
      const span = tracing.call('client', 'GET', headers);
      span.end();
      expect(headers['traceparent']).toBe(`00-${span.traceId}-${span.spanId}-01`);
      expect(sdk.spans.at(-1)).toMatchObject({ name: 'GET', kind: SpanKind.CLIENT, ends: 1 });
    });
  });
});
