import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { endedSpan } from '../../src/tracing/ended-span';
import { safeRedact } from '../../src/tracing/export-text';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { spanBits } from '../../src/tracing/span-bits';
import { FakeClock } from '../support/fake-clock';
import { libraryScope, makeSpan } from './support/make-span';

const masked = safeRedact((text) => text.replaceAll('secret', '***'));

test('a span with everything, its texts masked', () => {
  const clock = new FakeClock();
  const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), spanBits.remote | 1);
  const span = makeSpan({ clock, parent, kind: SpanKind.CLIENT, name: 'GET secret', bits: 3 });
  span.setAttributes({ text: 'a secret', list: ['secret', null], number: 1, __proto__: null });
  span.addEvent('happened', { of: 'secret' }, clock.now() + 1);
  span.addLink({ context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'the secret broke' });
  span.end(clock.now() + 2.5);
  expect(endedSpan(span, masked)).toEqual({
    name: 'GET ***',
    kind: 'client',
    traceId: 'a'.repeat(32),
    spanId: span.spanId,
    parentSpanId: 'b'.repeat(16),
    scope: libraryScope.name,
    startTime: clock.now(),
    durationMs: 2.5,
    status: 'error',
    statusMessage: 'the *** broke',
    attributes: { text: 'a ***', list: ['***', null], number: 1 },
    events: [{ name: 'happened', time: clock.now() + 1, attributes: { of: '***' } }],
    links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16) }],
  });
});

test('a span with nothing', () => {
  const span = makeSpan({ clock: new FakeClock(), kind: SpanKind.INTERNAL, name: 'bare', bits: 3 });
  span.end();
  expect(endedSpan(span, masked)).toMatchObject({
    kind: 'internal',
    parentSpanId: undefined,
    durationMs: 0,
    status: 'unset',
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
  });
});

test.each([
  [SpanKind.INTERNAL, 'internal'],
  [SpanKind.SERVER, 'server'],
  [SpanKind.CLIENT, 'client'],
  [SpanKind.PRODUCER, 'producer'],
  [SpanKind.CONSUMER, 'consumer'],
])('kind %p is %s', (kind, name) => {
  expect(endedSpan(makeSpan({ clock: new FakeClock(), kind, name: 'x', bits: 3 }), masked).kind).toBe(name);
});
