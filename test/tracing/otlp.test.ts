import { SpanKind, SpanStatusCode, createTraceState } from '@opentelemetry/api';
import { safeRedact } from '../../src/tracing/export-text';
import { encodeOtlp } from '../../src/tracing/otlp';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { spanBits } from '../../src/tracing/span-bits';
import { FakeClock } from '../support/fake-clock';
import { attributesOf, checkOtlp } from './support/check-otlp';
import { libraryScope, makeSpan } from './support/make-span';

const resource = { 'service.name': 'shop', 'service.version': '1' };
const plain = safeRedact(undefined);

describe('encodeOtlp', () => {
  test('a span with everything', () => {
    const clock = new FakeClock(1_700_000_000_000.25);
    const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), spanBits.remote | 1, 'congo=t61,rojo=00');
    const span = makeSpan({ clock, parent, kind: SpanKind.SERVER, name: 'GET /a', bits: 3, limits: { events: 1 } });
    span.setAttributes({
      text: 'ä"\n',
      int: -7,
      big: 2 ** 53,
      float: 0.5,
      nan: Number.NaN,
      minus: -Infinity,
      yes: true,
    });
    span.setAttributes({ list: ['a', null, 'b'], numbers: [1, 2.5], empty: [], none: {} });
    span.addEvent('happened', { a: 1 }, 1_700_000_000_001).addEvent('dropped');
    const traceState = createTraceState('x=1');
    span.addLink({
      context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true, traceState },
    });
    span.addLink({ context: { traceId: '1'.repeat(32), spanId: '3'.repeat(16), traceFlags: 0 }, attributes: { b: 2 } });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
    span.end(1_700_000_000_002.5);

    const { resource: sent, scopes, spans } = checkOtlp(encodeOtlp(resource, [span], plain));
    expect(sent).toEqual(resource);
    expect(scopes).toEqual([libraryScope]);
    expect(spans).toHaveLength(1);
    const { attributes, events, links, ...rest } = spans[0] ?? ({} as never);
    expect(rest).toEqual({
      traceId: 'a'.repeat(32),
      spanId: span.spanId,
      parentSpanId: 'b'.repeat(16),
      traceState: 'congo=t61,rojo=00',
      flags: 0x303,
      name: 'GET /a',
      kind: 2,
      startTimeUnixNano: '1700000000000250000',
      endTimeUnixNano: '1700000000002500000',
      droppedAttributesCount: 1,
      droppedEventsCount: 1,
      droppedLinksCount: 0,
      status: { code: 2, message: 'broken' },
    });
    expect(attributesOf(attributes)).toEqual({
      text: 'ä"\n',
      int: { intValue: '-7' },
      big: { doubleValue: 2 ** 53 },
      float: { doubleValue: 0.5 },
      nan: { doubleValue: 'NaN' },
      minus: { doubleValue: '-Infinity' },
      yes: { boolValue: true },
      list: { arrayValue: { values: [{ stringValue: 'a' }, {}, { stringValue: 'b' }] } },
      numbers: { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 2.5 }] } },
      empty: { arrayValue: { values: [] } },
    });
    expect(events).toEqual([
      {
        timeUnixNano: '1700000000001000000',
        name: 'happened',
        attributes: [{ key: 'a', value: { intValue: '1' } }],
        droppedAttributesCount: 0,
      },
    ]);
    expect(links).toEqual([
      {
        traceId: '1'.repeat(32),
        spanId: '2'.repeat(16),
        traceState: 'x=1',
        attributes: [],
        droppedAttributesCount: 0,
        flags: 0x301,
      },
      {
        traceId: '1'.repeat(32),
        spanId: '3'.repeat(16),
        attributes: [{ key: 'b', value: { intValue: '2' } }],
        droppedAttributesCount: 0,
        flags: 0,
      },
    ]);
  });

  test('a span with nothing leaves out what there is not', () => {
    const span = makeSpan();
    span.end();
    const [sent] = checkOtlp(encodeOtlp(resource, [span], plain)).spans;
    expect(Object.keys(sent ?? {}).filter((key) => /^(parentSpanId|traceState|events|links)$/.test(key))).toEqual([]);
    expect(sent).toMatchObject({ flags: 0x101, kind: 1, status: { code: 0 } });
  });

  test.each([
    [SpanKind.INTERNAL, 1],
    [SpanKind.SERVER, 2],
    [SpanKind.CLIENT, 3],
    [SpanKind.PRODUCER, 4],
    [SpanKind.CONSUMER, 5],
  ])('kind %d is %d', (kind, number) => {
    const span = makeSpan({ kind });
    span.end();
    expect(checkOtlp(encodeOtlp(resource, [span], plain)).spans[0]).toMatchObject({ kind: number });
  });

  test('spans are grouped by their scope', () => {
    const other = { name: 'other', version: undefined };
    const spans = [makeSpan(), makeSpan({ scope: other }), makeSpan(), makeSpan({ scope: other })];
    for (const span of spans) span.end();
    const { scopes, spans: sent } = checkOtlp(encodeOtlp(resource, spans, plain));
    expect(scopes).toEqual([libraryScope, { name: 'other' }]);
    expect(sent).toHaveLength(4);
  });

  test('texts are redacted: attributes, events, links and the status', () => {
    const span = makeSpan();
    span.set('a', 'secret');
    span.fail('x', new Error('secret'));
    span.addLink({
      context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 },
      attributes: { a: 'secret' },
    });
    span.end();
    const body = encodeOtlp(
      resource,
      [span],
      safeRedact((text) => text.replaceAll('secret', '***')),
    );
    checkOtlp(body);
    expect(body).not.toContain('secret');
    expect(body.split('***').length).toBeGreaterThanOrEqual(5);
  });

  test('names and the resource are redacted too, and attributes told their keys', () => {
    const span = makeSpan({ name: 'a secret' }).setAttribute('my secret', 1).setAttribute('token', 'x');
    span.addEvent('secret event', { secret: ['x'] });
    span.end();
    const text = safeRedact((said, key) => (key === 'token' ? '***' : said.replaceAll('secret', '***')));
    const body = encodeOtlp({ ...resource, dsn: 'secret', token: 'y' }, [span], text);
    expect(body).not.toContain('secret');
    expect(checkOtlp(body).spans[0]).toMatchObject({ name: 'a ***' });
    expect(body.split('{"key":"token","value":{"stringValue":"***"}}')).toHaveLength(3);
  });

  test('half a surrogate pair does not break it', () => {
    const span = makeSpan({ name: 'x\ud800' });
    span.set('a', '\udfff');
    span.end();
    expect(() => checkOtlp(encodeOtlp(resource, [span], plain))).not.toThrow();
  });
});
