import { EventEmitter } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ROOT_CONTEXT, type Span, SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { type Scope, type WorkContext, type WorkSpan, currentScope } from '../../src/core';
import { type TracingOptions, type TracingProvider, createTracing, resolveTracingSettings } from '../../src/tracing';
import { FakeClock } from '../support/fake-clock';
import { attributesOf, checkOtlp } from './support/check-otlp';
import { checkZipkin } from './support/check-zipkin';
import { type Collector, startCollector, until } from './support/collector';
import { collectingLogger } from './support/collecting-logger';
import { countingMeter } from './support/counting-meter';
import { SdkContextManager, SdkProvider, type SdkSpan } from './support/foreign-sdk';

const service = { name: 'shop', version: '1.2.3', instance: 'shop-1' };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const never = new AbortController().signal;
const droppedTotal = 'keelson_trace_spans_dropped_total';

const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  trace.disable();
  context.disable();
  propagation.disable();
});

function make(raw: Record<string, unknown> = {}, more: Partial<TracingOptions> = {}) {
  const clock = new FakeClock();
  const logger = collectingLogger();
  const meter = countingMeter();
  const settings = resolveTracingSettings(raw);
  const tracing = createTracing({ service, settings, clock, logger, meter, ...more });
  running.push(() => tracing.stop(AbortSignal.abort()));
  return { tracing, clock, logger, meter };
}

async function collect(...args: Parameters<typeof startCollector>): Promise<Collector> {
  const collector = await startCollector(...args);
  running.push(() => collector.close());
  return collector;
}

/** What http does with a request: begins its span, and runs the handler in a scope of it. */
function handle<T>(tracing: TracingProvider, headers: Record<string, string>, handler: (span: WorkSpan) => T): T {
  const span = tracing.begin('server', 'GET', headers);
  const work = { requestId: 'r', traceId: span.traceId } as WorkContext;
  const scope: Scope = { work, trace: span, telemetry: span.seed };
  let result: T | undefined;
  tracing.enter(scope, span, () => (result = handler(span)), 1, 2);
  return result as T;
}

describe('a request', () => {
  test('has ids, also when nothing is exported', () => {
    const { tracing } = make();
    tracing.start();
    handle(tracing, {}, (span) => {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect([span.sampled, span.recording]).toEqual([true, false]);
      expect(tracing.activeIds()).toEqual(expect.objectContaining({ traceId: span.traceId, spanId: span.spanId }));
      expect(trace.getActiveSpan()?.spanContext()).toEqual({
        traceId: span.traceId,
        spanId: span.spanId,
        traceFlags: 1,
      });
    });
    expect(tracing.activeIds()).toBeUndefined();
  });

  test('continues the trace it came with, and passes it on', () => {
    const { tracing } = make();
    tracing.start();
    const headers = { traceparent, tracestate: 'congo=t61', baggage: 'user=alice, bad, x=%zz' };
    handle(tracing, headers, (span) => {
      expect(span.traceId).toBe(traceId);
      const out: Record<string, string> = {};
      tracing.inject(out);
      const expected = {
        traceparent: `00-${traceId}-${span.spanId}-01`,
        tracestate: 'congo=t61',
        baggage: 'user=alice',
      };
      expect(out).toEqual(expected);
      expect(propagation.getActiveBaggage()?.getEntry('user')?.value).toBe('alice');
      const again: Record<string, string> = {};
      tracing.inject(again);
      expect(again).toEqual(expected);
      const byApi: Record<string, string> = {};
      propagation.inject(context.active(), byApi);
      expect(byApi).toEqual(expected);
    });
  });

  test('hostile headers are a new trace, and what goes out stays small', () => {
    const { tracing } = make();
    const huge = 'x'.repeat(65_536);
    const headers = { traceparent: huge, tracestate: huge, baggage: Array(7000).fill('k=vvvvv').join(',') };
    handle(tracing, headers, (span) => {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      const out: Record<string, string> = {};
      tracing.inject(out);
      expect(Object.entries(out).reduce((sum, [name, value]) => sum + name.length + value.length, 0)).toBeLessThan(
        8192,
      );
      expect(out.tracestate).toBeUndefined();
    });
  });

  test('speaks B3 when told to', () => {
    const { tracing } = make({ propagators: 'b3multi' });
    handle(tracing, { b3: `${traceId}-b7ad6b7169203331-d` }, (span) => {
      const out: Record<string, string> = {};
      tracing.inject(out);
      expect(out).toEqual({ 'x-b3-traceid': traceId, 'x-b3-spanid': span.spanId, 'x-b3-flags': '1' });
    });
  });

  test('a call made from a context of its own', () => {
    const { tracing } = make();
    const span = tracing.tracer.startSpan('call', { kind: SpanKind.CLIENT });
    const out: Record<string, string> = {};
    tracing.inject(out, trace.setSpan(ROOT_CONTEXT, span));
    expect(out).toEqual({ traceparent: `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01` });
    const nothing: Record<string, string> = {};
    tracing.inject(nothing);
    expect(nothing).toEqual({});
  });

  test('keeps its trace over awaits, timers, emitters and real requests', async () => {
    const { tracing } = make();
    tracing.start();
    const server = createServer((_, res) => res.end('x'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const one = async (): Promise<boolean> =>
      handle(tracing, {}, async (span) => {
        const seen: unknown[] = [];
        const look = (): void =>
          void seen.push(tracing.activeIds()?.spanId, trace.getActiveSpan()?.spanContext().spanId);
        await new Promise((resolve) => setTimeout(resolve, 0));
        look();
        const emitter = new EventEmitter().once('x', look);
        await new Promise((resolve) => setImmediate(resolve));
        emitter.emit('x');
        await new Promise((resolve) => get({ port, host: '127.0.0.1' }, (res) => res.resume().on('end', resolve)));
        look();
        return seen.length === 6 && seen.every((id) => id === span.spanId);
      });
    expect(await Promise.all(Array.from({ length: 30 }, one))).toEqual(Array(30).fill(true));
  });

  test('10,000 chains of three services lose no link', async () => {
    const services = [make().tracing, make({ propagators: 'tracecontext,b3' }).tracing, make().tracing];
    const call = async (depth: number, headers: Record<string, string>): Promise<string[]> => {
      const tracing = services[depth];
      if (tracing === undefined) return [];
      return handle(tracing, headers, async (span) => {
        await Promise.resolve();
        const out: Record<string, string> = {};
        tracing.inject(out);
        if (out.traceparent?.slice(36, 52) !== span.spanId) throw new Error('a link is broken');
        return [span.traceId, ...(await call(depth + 1, out))];
      });
    };
    const chains = await Promise.all(Array.from({ length: 10_000 }, () => call(0, {})));
    expect(chains.filter((ids) => ids.length !== 3 || new Set(ids).size !== 1)).toEqual([]);
    expect(new Set(chains.map(([id]) => id)).size).toBe(10_000);
  });
});

describe('spans made by the service', () => {
  test('nest in the request and show in the scope', async () => {
    const { tracing } = make();
    tracing.start();
    await handle(tracing, { traceparent }, async (server) => {
      await trace.getTracer('lib').startActiveSpan('outer', async (outer) => {
        await Promise.resolve();
        expect(currentScope()?.trace?.spanId).toBe(outer.spanContext().spanId);
        expect(currentScope()?.work?.requestId).toBe('r');
        tracing.tracer.startActiveSpan('inner', (inner) => {
          expect(tracing.activeIds()?.spanId).toBe(inner.spanContext().spanId);
          expect(inner.spanContext().traceId).toBe(traceId);
        });
        expect(tracing.activeIds()?.spanId).toBe(outer.spanContext().spanId);
      });
      expect(tracing.activeIds()?.spanId).toBe(server.spanId);
    });
  });

  test('the tracer is one object, usable before start()', () => {
    const { tracing } = make();
    expect(tracing.tracer).toBe(tracing.tracer);
    expect(tracing.tracer.startSpan('early').spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('exporting', () => {
  test('a request and its parts arrive at an OTLP collector', async () => {
    const collector = await collect();
    const { tracing, clock, meter } = make(
      { exporterOtlpEndpoint: collector.url, exporterOtlpCompression: 'gzip', resourceAttributes: 'team=a' },
      { redact: (text) => text.replace('hunter2', '***') },
    );
    tracing.start();
    let inner: Span | undefined;
    const server = handle(tracing, { traceparent, tracestate: 'congo=t61' }, (span) => {
      span.rename('GET /orders/:id');
      span.set('http.request.method', 'GET');
      span.set('http.response.status_code', 500);
      span.set('url.query', 'password=hunter2');
      inner = tracing.getTracer('db', '2').startSpan('query', { kind: SpanKind.CLIENT });
      inner.end();
      span.fail('500', new Error('out of stock'));
      span.end();
      return span;
    });
    await clock.advance(5000);
    await until(() => collector.requests.length === 1);
    const { resource, scopes, spans } = checkOtlp(collector.requests[0]?.body ?? '');
    expect(resource).toEqual({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'service.instance.id': 'shop-1',
      'telemetry.sdk.name': 'keelson',
      'telemetry.sdk.language': 'nodejs',
      team: 'a',
    });
    expect(scopes).toEqual([{ name: 'db', version: '2' }, { name: 'keelson' }]);
    const [child, parent] = spans;
    expect(child).toMatchObject({ traceId, parentSpanId: server.spanId, name: 'query', kind: 3, flags: 0x101 });
    expect(parent).toMatchObject({
      traceId,
      spanId: server.spanId,
      parentSpanId: 'b7ad6b7169203331',
      traceState: 'congo=t61',
      name: 'GET /orders/:id',
      kind: 2,
      flags: 0x301,
      status: { code: 2, message: 'out of stock' },
    });
    expect(attributesOf(parent?.attributes)).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': { intValue: '500' },
      'url.query': 'password=***',
      'error.type': '500',
    });
    await until(() => meter.count('keelson_trace_spans_exported_total') === 2);
    expect(collector.requests[0]?.headers.traceparent).toBeUndefined();
  });

  test('kinds: consumer and internal work', async () => {
    const collector = await collect((res) => res.writeHead(202).end());
    const { tracing } = make({ tracesExporter: 'zipkin', exporterZipkinEndpoint: collector.url });
    tracing.start();
    tracing.begin('consumer', 'process orders', {}).end();
    tracing.begin('internal', 'background', {}).end();
    await tracing.stop(never);
    const spans = checkZipkin(collector.requests[0]?.body ?? '');
    expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['process orders', 'CONSUMER'],
      ['background', undefined],
    ]);
  });

  test('stop() hands over what waits, and leaves nothing open', async () => {
    const collector = await collect();
    const { tracing, clock } = make({ exporterOtlpEndpoint: collector.url });
    tracing.start();
    for (let i = 0; i < 1300; i += 1) tracing.begin('server', 'GET', {}).end();
    await tracing.stop(never);
    expect(collector.requests.map(({ body }) => checkOtlp(body).spans.length)).toEqual([512, 512, 276]);
    expect([tracing.dropped, clock.timers]).toEqual([0, 0]);
    await until(() => collector.open === 0);
    expect(tracing.begin('server', 'GET', {}).recording).toBe(false);
    await tracing.stop(never);
  });

  test('a black-holed collector: requests go on, memory is bounded, stop() takes less than 2 s', async () => {
    const collector = await collect(() => undefined);
    const { tracing, clock, meter } = make({ exporterOtlpEndpoint: collector.url });
    tracing.start();
    for (let i = 0; i < 5000; i += 1) {
      tracing.begin('server', 'GET', {}).end();
      if (i === 600) await clock.advance(0);
    }
    expect(tracing.dropped).toBe(5000 - 2048 - 512);
    expect(meter.count(droppedTotal, { reason: 'queue_full' })).toBe(tracing.dropped);
    await until(() => collector.requests.length === 1);
    let stopped = false;
    const stopping = tracing.stop(never).then(() => (stopped = true));
    await clock.advance(1499);
    expect(stopped).toBe(false);
    await clock.advance(1);
    await stopping;
    expect(tracing.dropped).toBe(5000);
    expect(clock.timers).toBe(0);
    await until(() => collector.open === 0);
  });

  test('a collector that is down: dropped, counted, told once; when it comes back, all is well', async () => {
    let down = true;
    const collector = await collect((res) => (down ? res.destroy() : res.end()));
    const { tracing, clock, meter, logger } = make({ exporterOtlpEndpoint: collector.url, exporterOtlpTimeout: 100 });
    tracing.start();
    for (let round = 1; round <= 3; round += 1) {
      tracing.begin('server', 'GET', {}).end();
      await clock.advance(5000);
      await until(() => meter.count(droppedTotal, { reason: 'export_failed' }) === round);
    }
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
    down = false;
    tracing.begin('server', 'GET', {}).end();
    await clock.advance(5000);
    await until(() => meter.count('keelson_trace_spans_exported_total') === 1);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('what is not sampled is not exported', async () => {
    const collector = await collect();
    const { tracing } = make({ exporterOtlpEndpoint: collector.url, tracesSampler: 'parentbased_always_off' });
    tracing.start();
    tracing.begin('server', 'GET', {}).end();
    tracing.begin('server', 'GET', { traceparent }).end();
    await tracing.stop(never);
    expect(checkOtlp(collector.requests[0]?.body ?? '').spans.map((span) => span.traceId)).toEqual([traceId]);
  });
});

describe('two services in one process', () => {
  test('each has its own tracing; the first has the globals until it stops', async () => {
    const [one, other] = [await collect(), await collect()];
    const first = make({ exporterOtlpEndpoint: one.url }).tracing;
    const second = make({ exporterOtlpEndpoint: other.url }).tracing;
    first.start();
    second.start();
    expect([first.foreign, second.foreign]).toEqual([false, false]);
    const request = (tracing: TracingProvider): string =>
      handle(tracing, {}, (span) => {
        expect(trace.getActiveSpan()?.spanContext().spanId).toBe(span.spanId);
        tracing.tracer.startActiveSpan('own', (own) => {
          expect(trace.getActiveSpan()).toBe(own);
          own.end();
        });
        span.end();
        return span.traceId;
      });
    const ids = [request(first), request(second)];
    trace.getTracer('lib').startSpan('library').end();
    await first.stop(never);
    expect(second.register()).toBe(true);
    trace.getTracer('lib').startSpan('later').end();
    await second.stop(never);
    const [ones, others] = [one, other].map(({ requests }) => checkOtlp(requests[0]?.body ?? '').spans);
    expect(ones?.map(({ name }) => name)).toEqual(['own', 'GET', 'library']);
    expect(others?.map(({ name }) => name)).toEqual(['own', 'GET', 'later']);
    expect([ones?.[1]?.traceId, others?.[1]?.traceId]).toEqual(ids);
    expect(trace.getTracer('lib').startSpan('nobody').spanContext().traceId).toBe('0'.repeat(32));
  });
});

describe("the user's own SDK", () => {
  function register(): SdkProvider {
    const sdk = new SdkProvider();
    trace.setGlobalTracerProvider(sdk);
    context.setGlobalContextManager(new SdkContextManager());
    return sdk;
  }

  test('is used instead of ours, which exports nothing', async () => {
    const collector = await collect();
    const sdk = register();
    const { tracing, clock, logger } = make({ exporterOtlpEndpoint: collector.url });
    tracing.tracer.startSpan('before the start').end();
    tracing.start();
    expect(tracing.foreign).toBe(true);
    expect(logger.lines.map(({ level }) => level)).toEqual(['info']);
    handle(tracing, { traceparent }, (span) => {
      const [server] = sdk.spans;
      expect([span.traceId, span.spanId, span.recording]).toEqual([traceId, server?.ids.spanId, true]);
      expect(trace.getActiveSpan()).toBe(server);
      expect(currentScope()?.trace).toBe(span);
      tracing.tracer.startActiveSpan('inner', (inner) => {
        expect((inner as SdkSpan).parent?.spanId).toBe(span.spanId);
        expect(tracing.activeIds()).toMatchObject({ traceId, spanId: inner.spanContext().spanId });
        const out: Record<string, string> = {};
        tracing.inject(out);
        expect(out.traceparent).toBe(`00-${traceId}-${inner.spanContext().spanId}-01`);
      });
      expect(tracing.activeIds()?.spanId).toBe(span.spanId);
      span.end();
    });
    expect(sdk.spans.map(({ name, scope, ends }) => [name, scope, ends])).toEqual([
      ['GET', 'keelson', 1],
      ['inner', 'shop', 0],
    ]);
    await clock.advance(60_000);
    await tracing.stop(never);
    expect([collector.requests.length, clock.timers]).toEqual([0, 0]);
    expect(trace.getTracer('x').startSpan('still')).toBe(sdk.spans[2]);
    const other: TracingProvider = make().tracing;
    expect(other.register()).toBe(false);
  });

  test('over awaits too', async () => {
    register();
    const { tracing } = make();
    tracing.start();
    await handle(tracing, {}, async (span) => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(tracing.activeIds()?.spanId).toBe(span.spanId);
    });
  });

  test('that gives no ids: ours travel all the same', () => {
    const ids = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: () => trace.wrapSpanContext(ids) }) as never });
    const { tracing } = make();
    tracing.start();
    handle(tracing, { traceparent }, (span) => {
      expect([span.traceId, span.recording]).toEqual([traceId, false]);
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(span.spanId);
      expect(tracing.activeIds()?.spanId).toBe(span.spanId);
    });
  });

  test('a context manager alone: our spans, carried by it', () => {
    context.setGlobalContextManager(new SdkContextManager());
    const { tracing } = make();
    tracing.start();
    expect(tracing.foreign).toBe(false);
    handle(tracing, { traceparent }, (span) => {
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(span.spanId);
      trace.getTracer('lib').startActiveSpan('inner', (inner) => {
        expect(inner.spanContext().traceId).toBe(traceId);
        expect(tracing.activeIds()?.spanId).toBe(inner.spanContext().spanId);
        const out: Record<string, string> = {};
        tracing.inject(out);
        expect(out.traceparent).toContain(inner.spanContext().spanId);
      });
    });
  });
});

test('two versions of the API are told', () => {
  const key = Symbol.for('opentelemetry.js.api.1');
  const globals = globalThis as Record<symbol, unknown>;
  const before = globals[key];
  globals[key] = { version: '1.0.0' };
  const { tracing, logger } = make();
  tracing.start();
  globals[key] = before;
  expect(logger.lines.map(({ level, message }) => [level, message.includes('@opentelemetry/api')])).toEqual([
    ['warn', true],
  ]);
  expect(tracing.begin('server', 'GET', {}).traceId).toMatch(/^[0-9a-f]{32}$/);
});

test('works with nothing but a service and settings', async () => {
  const tracing = createTracing({ service, settings: resolveTracingSettings({}) });
  tracing.start();
  expect(tracing.begin('server', 'GET', {}).traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(tracing.dropped).toBe(0);
  await tracing.stop(never);
});
