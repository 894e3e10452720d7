import { SpanKind, SpanStatusCode, createTraceState } from '@opentelemetry/api';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { type RecordingSpan } from '../../src/tracing/recording-span';
import { spanBits } from '../../src/tracing/span-bits';
import { FakeClock } from '../support/fake-clock';
import { makeSpan } from './support/make-span';

const attributes = (span: RecordingSpan): Record<string, unknown> => Object.fromEntries(span.attributes.entries());

describe('RecordingSpan', () => {
  test('knows its beginning, its end, its parent and its scope', async () => {
    const clock = new FakeClock();
    const ended: RecordingSpan[] = [];
    const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), spanBits.remote | 1, 'x=1');
    const span = makeSpan({ clock, parent, kind: SpanKind.SERVER, ended: (one) => ended.push(one) });
    await clock.advance(250);
    span.end();
    expect(ended).toEqual([span]);
    expect(span).toMatchObject({ parentId: 'b'.repeat(16), parentRemote: true, kind: SpanKind.SERVER, name: 'work' });
    expect(span.endTime - span.startTime).toBe(250);
    expect(span.state?.serialize()).toBe('x=1');
  });

  test('a parent that was only a decision is no parent', () => {
    expect(makeSpan({ parent: new PassiveSpan('', '', 1) }).parentId).toBeUndefined();
  });

  test('takes attributes, a new name and links', () => {
    const span = makeSpan();
    span.set('a', 1);
    span.setAttribute('b', 'x').setAttributes({ c: true }).updateName('other');
    span.addLink({
      context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
      attributes: { why: 'x' },
    });
    span.addLinks([
      {
        context: {
          traceId: '3'.repeat(32),
          spanId: '4'.repeat(16),
          traceFlags: 0,
          isRemote: true,
          traceState: createTraceState('a=1'),
        },
      },
    ]);
    expect(attributes(span)).toEqual({ a: 1, b: 'x', c: true });
    expect(span.name).toBe('other');
    expect(span.links?.map((link) => [link.spanId, link.flags, link.remote])).toEqual([
      ['2'.repeat(16), 1, undefined],
      ['4'.repeat(16), 0, true],
    ]);
  });

  test('an event has a time: given in either place, or now', () => {
    const clock = new FakeClock();
    const span = makeSpan({ clock });
    span.addEvent('now').addEvent('then', 1_600_000_000_000).addEvent('at', { a: 1 }, new Date(1_650_000_000_000));
    expect(span.events?.map((event) => [event.name, event.time, event.attributes?.size])).toEqual([
      ['now', clock.now(), undefined],
      ['then', 1_600_000_000_000, undefined],
      ['at', 1_650_000_000_000, 1],
    ]);
  });

  test('fails with a type, a message and an exception event', () => {
    const span = makeSpan();
    const error = new RangeError('too far');
    span.fail('OUT_OF_RANGE', error);
    expect(attributes(span)).toEqual({ 'error.type': 'OUT_OF_RANGE' });
    expect([span.status, span.statusMessage]).toEqual([SpanStatusCode.ERROR, 'too far']);
    const event = span.events?.[0];
    expect(event?.name).toBe('exception');
    expect(Object.fromEntries(event?.attributes?.entries() ?? [])).toEqual({
      'exception.type': 'RangeError',
      'exception.message': 'too far',
      'exception.stacktrace': (error.stack ?? '').slice(0, 1000),
    });
  });

  test('fails without an error: no event', () => {
    const span = makeSpan();
    span.fail('503');
    expect([span.status, span.statusMessage, span.events]).toEqual([SpanStatusCode.ERROR, undefined, undefined]);
  });

  test('a thrown text is an exception too', () => {
    const span = makeSpan();
    span.recordException('bad');
    expect(span.events?.[0]?.attributes?.get('exception.message')).toBe('bad');
  });

  test('OK is final, unset changes nothing, only errors have a message', () => {
    const span = makeSpan();
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'x' }).setStatus({ code: SpanStatusCode.UNSET });
    expect([span.status, span.statusMessage]).toEqual([SpanStatusCode.ERROR, 'x']);
    span.setStatus({ code: SpanStatusCode.OK, message: 'ignored' }).setStatus({ code: SpanStatusCode.ERROR });
    expect([span.status, span.statusMessage]).toEqual([SpanStatusCode.OK, undefined]);
  });

  test('what comes beyond the limits is dropped and counted', () => {
    const span = makeSpan({ limits: { events: 2, links: 1, attributes: { count: 1, valueLength: 3 } } });
    for (const name of ['a', 'b', 'c']) span.addEvent(name);
    for (const id of ['0', '1', '2'])
      span.addLink({ context: { traceId: id.repeat(32), spanId: id.repeat(16), traceFlags: 0 } });
    span.setAttributes({ a: 'long text', b: 1 });
    expect(span.events?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([span.droppedEvents, span.droppedLinks, span.attributes.dropped]).toEqual([1, 2, 1]);
    expect(span.attributes.get('a')).toBe('lon');
  });

  test('names and messages are cut', () => {
    const long = 'x'.repeat(5000);
    const span = makeSpan({ name: long });
    expect(span.name).toHaveLength(1024);
    span.updateName(`y${long}`).addEvent(long).setStatus({ code: SpanStatusCode.ERROR, message: long });
    expect([span.name.length, span.name[0], span.events?.[0]?.name.length]).toEqual([1024, 'y', 1024]);
    expect(span.statusMessage).toHaveLength(1000);
  });

  test('nothing changes after the end, and it ends once', async () => {
    const clock = new FakeClock();
    let ends = 0;
    const span = makeSpan({ clock, ended: () => (ends += 1) });
    span.end();
    const endTime = span.endTime;
    await clock.advance(10);
    span.set('a', 1);
    span.rename('x');
    span.fail('x', new Error());
    span.setAttributes({ a: 1 }).addEvent('e').addLink({ context: {} }).setStatus({ code: SpanStatusCode.OK });
    span.recordException(new Error());
    span.end();
    expect(ends).toBe(1);
    expect(span.recording).toBe(false);
    expect(span).toMatchObject({ name: 'work', endTime, status: 0, events: undefined, links: undefined });
    expect(span.attributes.size).toBe(0);
  });

  test('keeps its duration when the wall clock is set, and the next span has the new time of day', async () => {
    const clock = new FakeClock();
    for (const jump of [3_600_000, -7_200_000]) {
      const across = makeSpan({ clock });
      expect(across.startTime).toBe(clock.wall());
      clock.jumpWall(jump);
      await clock.advance(250);
      across.addEvent('e').end();
      expect(across.endTime - across.startTime).toBe(250);
      expect((across.events?.[0]?.time ?? 0) - across.startTime).toBe(250);
      const given = makeSpan({ clock, time: clock.wall() - 70 });
      given.end();
      expect(given.endTime - given.startTime).toBe(70);
    }
  });

  test('ends when it is told to, but never before it began', () => {
    const clock = new FakeClock();
    const told = makeSpan({ clock });
    told.end(clock.now() + 5000);
    expect(told.endTime - told.startTime).toBe(5000);
    const early = makeSpan({ clock });
    early.end(clock.now() - 5000);
    expect(early.endTime).toBe(early.startTime);
    const since = makeSpan({ clock, time: clock.now() - 70 });
    since.end('garbage');
    expect(since.endTime - since.startTime).toBe(70);
  });

  test('takes garbage without throwing', () => {
    const span = makeSpan();
    span
      .setAttributes(undefined)
      .setAttributes('x')
      .addLinks(undefined)
      .addLink(undefined)
      .addLink({})
      .setStatus(undefined);
    expect([span.attributes.size, span.links, span.droppedLinks, span.status]).toEqual([0, [], 2, 0]);
  });
});
