import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { spanBits } from '../../src/tracing/span-bits';
import { safeRedact } from '../../src/tracing/export-text';
import { encodeZipkin } from '../../src/tracing/zipkin';
import { FakeClock } from '../support/fake-clock';
import { checkZipkin } from './support/check-zipkin';
import { makeSpan } from './support/make-span';

const resource = { 'service.name': 'shop', 'service.version': '1' };
const plain = safeRedact(undefined);
const scopeTags = {
  'service.version': '1',
  'otel.scope.name': 'library',
  'otel.scope.version': '1.2.3',
  'otel.library.name': 'library',
  'otel.library.version': '1.2.3',
};

describe('encodeZipkin', () => {
  test('a span with everything', () => {
    const clock = new FakeClock(1_700_000_000_000.25);
    const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), spanBits.remote | 1);
    const limits = { events: 2, links: 0, attributes: { count: 8, valueLength: 99 } };
    const span = makeSpan({ clock, parent, kind: SpanKind.SERVER, name: 'GET /a', bits: 1 | spanBits.debug, limits });
    span.setAttributes({
      text: 'ä',
      int: 7,
      float: 0.5,
      yes: true,
      list: ['a', 1, null],
      error: false,
      'x.y': '',
      z: 1,
      over: 1,
    });
    span.addEvent('plain').addEvent('with', { a: 1, b: 'x' }, 1_700_000_000_001.5).addEvent('dropped');
    span.addLink({ context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
    span.end(1_700_000_000_002.75);

    expect(checkZipkin(encodeZipkin(resource, [span], plain))).toEqual([
      {
        traceId: 'a'.repeat(32),
        id: span.spanId,
        parentId: 'b'.repeat(16),
        name: 'GET /a',
        kind: 'SERVER',
        timestamp: 1_700_000_000_000_250,
        duration: 2500,
        debug: true,
        localEndpoint: { serviceName: 'shop' },
        annotations: [
          { timestamp: 1_700_000_000_000_250, value: 'plain' },
          { timestamp: 1_700_000_000_001_500, value: '"with": {"a":1,"b":"x"}' },
        ],
        tags: {
          ...scopeTags,
          text: 'ä',
          int: '7',
          float: '0.5',
          yes: 'true',
          list: '["a",1,null]',
          'x.y': '',
          z: '1',
          'otel.dropped_attributes_count': '1',
          'otel.dropped_events_count': '1',
          'otel.dropped_links_count': '1',
          'otel.status_code': 'ERROR',
          error: 'broken',
        },
      },
    ]);
  });

  test('a span with nothing leaves out what there is not; its duration is at least one microsecond', () => {
    const span = makeSpan({ scope: { name: 'x', version: undefined } });
    span.end();
    const [sent] = checkZipkin(encodeZipkin({ 'service.name': 'shop' }, [span], plain));
    expect(sent).toEqual({
      traceId: span.traceId,
      id: span.spanId,
      name: 'work',
      timestamp: 1_700_000_000_000_000,
      duration: 1,
      localEndpoint: { serviceName: 'shop' },
      tags: { 'otel.scope.name': 'x', 'otel.library.name': 'x' },
    });
  });

  test('status: OK is told, an error without a message has an empty tag', () => {
    const [fine, failed] = [makeSpan(), makeSpan()];
    fine.setStatus({ code: SpanStatusCode.OK }).end();
    failed.setStatus({ code: SpanStatusCode.ERROR }).end();
    const [one, other] = checkZipkin(encodeZipkin(resource, [fine, failed], plain));
    expect(one?.tags).toEqual({ ...scopeTags, 'otel.status_code': 'OK' });
    expect(other?.tags).toEqual({ ...scopeTags, 'otel.status_code': 'ERROR', error: '' });
  });

  test.each([
    [SpanKind.INTERNAL, undefined],
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
  ])('kind %d is %s', (kind, name) => {
    const span = makeSpan({ kind });
    span.end();
    expect(checkZipkin(encodeZipkin(resource, [span], plain))[0]?.kind).toBe(name);
  });

  test.each([
    [{ 'server.address': 'db', 'peer.service': 'orders' }, { serviceName: 'orders' }],
    [{ 'network.peer.address': '10.0.0.1', 'server.address': 'db' }, { serviceName: 'db' }],
    [
      { 'network.peer.address': '10.0.0.1', 'network.peer.port': 80 },
      { ipv4: '10.0.0.1', port: 80 },
    ],
    [{ 'network.peer.address': '2001:db8::1' }, { ipv6: '2001:db8::1' }],
    [{ 'network.peer.address': '/tmp/socket' }, { serviceName: '/tmp/socket' }],
    [{ 'http.method': 'GET' }, undefined],
  ])('the other side of %j is %j', (attributes, endpoint) => {
    const client = makeSpan({ kind: SpanKind.CLIENT });
    const server = makeSpan({ kind: SpanKind.SERVER });
    client.setAttributes(attributes).end();
    server.setAttributes(attributes).end();
    const [one, other] = checkZipkin(encodeZipkin(resource, [client, server], plain));
    expect(one?.remoteEndpoint).toEqual(endpoint);
    expect(other?.remoteEndpoint).toBeUndefined();
  });

  test('texts are redacted: tags, annotations, the error and the other side', () => {
    const span = makeSpan({ kind: SpanKind.CLIENT });
    span.setAttributes({ a: 'secret', 'server.address': 'secret' });
    span.fail('x', new Error('secret'));
    span.end();
    const body = encodeZipkin(
      resource,
      [span],
      safeRedact((text) => text.replaceAll('secret', '***')),
    );
    expect(checkZipkin(body)[0]?.remoteEndpoint).toEqual({ serviceName: '***' });
    expect(body).not.toContain('secret');
  });

  test('names and the resource are redacted too', () => {
    const span = makeSpan({ name: 'a secret' }).setAttribute('my secret', 1);
    span.addEvent('secret').addEvent('secret event', { a: 1 });
    span.end();
    const text = safeRedact((said) => said.replaceAll('secret', '***'));
    const body = encodeZipkin({ ...resource, dsn: 'secret' }, [span], text);
    expect(body).not.toContain('secret');
    expect(checkZipkin(body)[0]?.name).toBe('a ***');
  });

  test('an attribute cannot change what every object has', () => {
    const span = makeSpan();
    span.setAttribute('__proto__', 'x').end();
    expect(checkZipkin(encodeZipkin(resource, [span], plain))[0]?.tags).toEqual(scopeTags);
  });
});
