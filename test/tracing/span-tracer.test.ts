import { ROOT_CONTEXT, type Span, SpanKind, context, trace } from '@opentelemetry/api';
import { currentScope, runInScope } from '../../src/core';
import { registeredContext } from '../../src/tracing/context-carrier';
import { IdSource } from '../../src/tracing/id-source';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { RecordingSpan } from '../../src/tracing/recording-span';
import { Sampler } from '../../src/tracing/sampler';
import { ScopeContextManager } from '../../src/tracing/scope-context';
import { SpanMaker } from '../../src/tracing/span-maker';
import { SpanTime } from '../../src/tracing/span-time';
import { SpanTracer, type TracerHost } from '../../src/tracing/span-tracer';
import { FakeClock } from '../support/fake-clock';
import { SdkContextManager, SdkProvider } from './support/foreign-sdk';
import { libraryScope, wideLimits } from './support/make-span';

const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), 1);

function setup() {
  const recorder = { time: new SpanTime(new FakeClock()), limits: wideLimits, ended: () => undefined };
  const maker = new SpanMaker(new IdSource(), new Sampler('parentbased_always_on', 1), recorder, true);
  const host: TracerHost = { maker, contexts: new ScopeContextManager(), foreign: undefined };
  return { host, tracer: new SpanTracer(libraryScope, host) };
}
const parentOf = (span: Span): string | undefined => (span as RecordingSpan).parentId;

describe('startSpan', () => {
  test('outside anything it begins a trace', () => {
    const span = setup().tracer.startSpan('work') as RecordingSpan;
    expect(span).toMatchObject({ name: 'work', kind: SpanKind.INTERNAL, parentId: undefined, scope: libraryScope });
  });

  test('takes kind, attributes, links and a beginning', () => {
    const span = setup().tracer.startSpan('work', {
      kind: SpanKind.CLIENT,
      attributes: { a: 1 },
      links: [{ context: parent.spanContext() }],
      startTime: 1_600_000_000_000,
    }) as RecordingSpan;
    expect(span).toMatchObject({ kind: SpanKind.CLIENT, startTime: 1_600_000_000_000 });
    expect([span.attributes.get('a'), span.links?.length]).toEqual([1, 1]);
  });

  test('is a child of the span of the scope, without a context being built', () => {
    const scope = { work: undefined, trace: parent, telemetry: parent as unknown };
    const span = runInScope(scope, () => setup().tracer.startSpan('work'));
    expect([parentOf(span), span.spanContext().traceId]).toEqual([parent.spanId, parent.traceId]);
    expect(scope.telemetry).toBe(parent);
  });

  test('or of the given context, or of none if it shall be a root', () => {
    const { tracer } = setup();
    const other = new PassiveSpan('c'.repeat(32), 'd'.repeat(16), 1);
    const within = trace.setSpan(ROOT_CONTEXT, other);
    runInScope({ work: undefined, trace: parent, telemetry: parent }, () => {
      expect(parentOf(tracer.startSpan('x', {}, within))).toBe(other.spanId);
      expect(parentOf(tracer.startSpan('x', {}, ROOT_CONTEXT))).toBeUndefined();
      expect(parentOf(tracer.startSpan('x', { root: true }, within))).toBeUndefined();
      expect(parentOf(tracer.startSpan('x', { root: true }))).toBeUndefined();
    });
  });

  test('what is not sampled stays so', () => {
    const off = trace.setSpan(ROOT_CONTEXT, new PassiveSpan('c'.repeat(32), 'd'.repeat(16), 0));
    const span = setup().tracer.startSpan('x', { attributes: { a: 1 } }, off);
    expect([span.isRecording(), span.spanContext().traceId]).toEqual([false, 'c'.repeat(32)]);
  });
});

describe('startActiveSpan', () => {
  test('runs within the span, which nests, and gives the result', async () => {
    const { tracer, host } = setup();
    const result = await tracer.startActiveSpan('outer', async (outer) => {
      expect(currentScope()?.trace).toBe(outer);
      await Promise.resolve();
      const inner = tracer.startActiveSpan('inner', { kind: SpanKind.CLIENT }, (span) => {
        expect(trace.getSpan(host.contexts.active())).toBe(span);
        return span;
      });
      expect(currentScope()?.trace).toBe(outer);
      expect(parentOf(inner)).toBe(outer.spanContext().spanId);
      return 7;
    });
    expect(result).toBe(7);
    expect(currentScope()).toBeUndefined();
  });

  test('takes a context', () => {
    const within = trace.setSpan(ROOT_CONTEXT, parent);
    const span = setup().tracer.startActiveSpan('x', {}, within, (one) => one);
    expect(parentOf(span)).toBe(parent.spanId);
  });

  test('what is thrown comes out', () => {
    expect(() =>
      setup().tracer.startActiveSpan('x', () => {
        throw new Error('out');
      }),
    ).toThrow('out');
  });
});

describe('with others in the process', () => {
  afterEach(() => context.disable());

  test("the user's provider makes the spans, from one tracer", () => {
    const { host, tracer } = setup();
    const sdk = new SdkProvider();
    const asked = jest.spyOn(sdk, 'getTracer');
    expect(tracer.startSpan('before')).toBeInstanceOf(RecordingSpan);
    host.foreign = sdk;
    const span = tracer.startSpan('work', { kind: SpanKind.CLIENT });
    tracer.startSpan('more');
    expect(sdk.spans[0]).toBe(span);
    expect(sdk.spans[0]).toMatchObject({ name: 'work', kind: SpanKind.CLIENT, scope: 'library' });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked).toHaveBeenCalledWith('library', '1.2.3');
  });

  test("the user's context manager carries the context", () => {
    context.setGlobalContextManager(new SdkContextManager());
    const { host, tracer } = setup();
    host.contexts = registeredContext;
    runInScope({ work: undefined, trace: parent, telemetry: parent }, () => {
      tracer.startActiveSpan('outer', (outer) => {
        expect(trace.getActiveSpan()).toBe(outer);
        expect(parentOf(tracer.startSpan('inner'))).toBe(outer.spanContext().spanId);
      });
    });
  });
});
