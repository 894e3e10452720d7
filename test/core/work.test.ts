import { currentScope, noopLogger, runInScope, type Scope, type WorkContext } from '../../src/core';

test('code finds the work that it belongs to', () => {
  const work: WorkContext = {
    requestId: 'r-1',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    deadline: undefined,
    signal: new AbortController().signal,
    log: noopLogger,
  };
  const scope: Scope = { work, trace: undefined, telemetry: undefined };
  expect(runInScope(scope, () => currentScope()?.work?.requestId)).toBe('r-1');
});
