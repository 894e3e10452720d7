import { SpanKind } from '@opentelemetry/api';
import { type PassiveSpan } from '../../../src/tracing/passive-span';
import { type InstrumentationScope, RecordingSpan, type SpanLimits } from '../../../src/tracing/recording-span';
import { SpanTime } from '../../../src/tracing/span-time';
import { FakeClock } from '../../support/fake-clock';

export const wideLimits: SpanLimits = {
  attributes: { count: 128, valueLength: 1000 },
  eventAttributes: { count: 128, valueLength: 1000 },
  linkAttributes: { count: 128, valueLength: 1000 },
  events: 128,
  links: 128,
};

export interface SpanSetup {
  readonly clock?: FakeClock;
  readonly limits?: Partial<SpanLimits>;
  readonly kind?: SpanKind;
  readonly name?: string;
  readonly scope?: InstrumentationScope;
  readonly parent?: PassiveSpan;
  readonly time?: number;
  readonly bits?: number;
  readonly ended?: (span: RecordingSpan) => void;
}

export const libraryScope: InstrumentationScope = { name: 'library', version: '1.2.3' };

let made = 0;

/** A recording span with ids of its own. */
export function makeSpan(setup: SpanSetup = {}): RecordingSpan {
  made += 1;
  const traceId = setup.parent?.traceId ?? made.toString(16).padStart(32, 'a');
  const start = {
    name: setup.name ?? 'work',
    kind: setup.kind ?? SpanKind.INTERNAL,
    scope: setup.scope ?? libraryScope,
    parent: setup.parent,
    time: setup.time,
  };
  return new RecordingSpan(traceId, made.toString(16).padStart(16, 'b'), setup.bits ?? 1, start, {
    time: new SpanTime(setup.clock ?? new FakeClock()),
    limits: { ...wideLimits, ...setup.limits },
    ended: setup.ended ?? (() => undefined),
  });
}
