import { errorCodes, faultError, markFault, markFaultHere, runInScope, type Fault } from '../../src/core';
import { RecordingSpan } from '../support/recording';

const fault: Fault<'client'> = { kind: 'reset', rule: 'flaky-stock', delayMs: 0, status: 502 };
const marks = { 'keelson.fault': 'reset', 'keelson.fault.rule': 'flaky-stock' };

test('marks a span with the fault and the rule behind it', () => {
  const span = new RecordingSpan('GET', true);
  markFault(span, fault);
  expect(span.attributes).toEqual(marks);
});

test('marks the span of the work being done, where that is one of the chassis', () => {
  const span = new RecordingSpan('GET', true);
  runInScope({ work: undefined, trace: span, telemetry: undefined }, () => markFaultHere(fault));
  expect(span.attributes).toEqual(marks);
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  expect(() => {
    runInScope({ work: undefined, trace: ids, telemetry: undefined }, () => markFaultHere(fault));
    markFaultHere(fault);
  }).not.toThrow();
});

test('the error says that it was meant, and by which rule', () => {
  expect(faultError(fault)).toMatchObject({
    code: 'FAULT_INJECTED',
    status: 502,
    retryable: true,
    details: { rule: 'flaky-stock' },
    message: expect.stringContaining('on purpose'),
  });
  expect(errorCodes.FAULT_INJECTED.status).toBe(503);
});
