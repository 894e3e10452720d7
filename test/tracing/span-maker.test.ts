import { SpanKind } from '@opentelemetry/api';
import { IdSource } from '../../src/tracing/id-source';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { RecordingSpan } from '../../src/tracing/recording-span';
import { Sampler, type SamplerName } from '../../src/tracing/sampler';
import { spanBits } from '../../src/tracing/span-bits';
import { SpanMaker } from '../../src/tracing/span-maker';
import { SpanTime } from '../../src/tracing/span-time';
import { FakeClock } from '../support/fake-clock';
import { libraryScope, wideLimits } from './support/make-span';

const make = (name: SamplerName, recording: boolean, parent?: PassiveSpan): PassiveSpan => {
  const recorder = { time: new SpanTime(new FakeClock()), limits: wideLimits, ended: () => undefined };
  const maker = new SpanMaker(new IdSource(), new Sampler(name, 1), recorder, recording);
  return maker.make('work', SpanKind.SERVER, libraryScope, parent);
};
const parent = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), spanBits.remote | spanBits.sampled, 'x=1');

describe('SpanMaker', () => {
  test('records what is sampled while somebody exports', () => {
    expect(make('always_on', true)).toBeInstanceOf(RecordingSpan);
    expect(make('always_on', true).recording).toBe(true);
  });

  test('without export a span is sampled and does not record; ids there are', () => {
    const span = make('always_on', false);
    expect([span.sampled, span.recording]).toEqual([true, false]);
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  test('what is not sampled does not record', () => {
    expect([make('always_off', true).sampled, make('always_off', true).recording]).toEqual([false, false]);
  });

  test.each([true, false])('a child goes on in the trace of its parent (recording: %p)', (recording) => {
    const span = make('parentbased_always_off', recording, parent);
    expect(span).toMatchObject({ traceId: parent.traceId, sampled: true, recording });
    expect(span.spanId).not.toBe(parent.spanId);
    expect(span.state?.get('x')).toBe('1');
    expect(span.spanContext().isRemote).toBeUndefined();
  });

  test('a decision without ids begins a trace', () => {
    const denied = make('parentbased_always_on', true, new PassiveSpan('', '', spanBits.remote));
    expect(denied.sampled).toBe(false);
    expect(denied.traceId).toMatch(/^[0-9a-f]{32}$/);
    const wanted = make(
      'always_off',
      true,
      new PassiveSpan('', '', spanBits.sampled | spanBits.debug),
    ) as RecordingSpan;
    expect([wanted.recording, wanted.parentId]).toEqual([true, undefined]);
  });
});
