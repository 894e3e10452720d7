import { noopTracing, type TraceIds } from '../../src/core';

test('a span says which trace it belongs to', () => {
  const ids: TraceIds = noopTracing.begin('internal', 'tidy', {});
  expect(ids.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(ids.spanId).toMatch(/^[0-9a-f]{16}$/);
});
