import { Exemplars } from '../../src/metrics/exemplars';
import { spanId, traceId } from './fixtures';

test('keeps the newest of each bucket', () => {
  const kept = new Exemplars(2);
  kept.keep(1, { traceId: 'f'.repeat(32), spanId }, 3, 1000);
  kept.keep(1, { traceId, spanId }, 2.5, 1_700_000_000_123);
  expect(kept.text(0)).toBe('');
  expect(kept.text(1)).toBe(` # {trace_id="${traceId}",span_id="${spanId}"} 2.5 1700000000.123`);
  expect(kept.at(1)).toEqual({
    labelSet: { trace_id: traceId, span_id: spanId },
    value: 2.5,
    timestamp: 1_700_000_000.123,
  });
});

test.each([
  ['0'.repeat(32), spanId],
  [traceId, '0'.repeat(16)],
  [traceId.toUpperCase(), spanId],
  ['"} 1\nforged 1', spanId],
  [traceId, `${spanId}\n`],
  ['', ''],
])('ids that are none are not written: %j %j', (trace, span) => {
  const kept = new Exemplars(1);
  kept.keep(0, { traceId: trace, spanId: span }, 1, 1);
  expect(kept.text(0)).toBe('');
});

test('a bucket that does not exist has none', () => {
  expect(new Exemplars(1).text(5)).toBe('');
});
