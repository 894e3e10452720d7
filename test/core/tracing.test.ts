import { currentScope, noopTracing, type Scope } from '../../src/core';

test('the tracing that traces nothing runs work in its scope all the same', () => {
  const span = noopTracing.begin('server', 'GET', {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(span).toMatchObject({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false, recording: false });
  span.set('a', 1);
  span.rename('b');
  span.fail('c', new Error('d'));
  const scope: Scope = { work: undefined, trace: span, telemetry: span.seed };
  const seen: unknown[] = [];
  noopTracing.enter(scope, span, (a: number, b: string) => void seen.push(a, b, currentScope()), 1, 'x');
  span.end();
  span.end();
  expect(seen).toEqual([1, 'x', scope]);
});
