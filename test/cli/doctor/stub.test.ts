import { ask, asked } from '../../../src/cli/doctor/ask';
import { startStub, type Stub } from '../../../src/cli/doctor/stub';

let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

test('answers, hangs or fails; spans it always takes', async () => {
  const port = Number(new URL(stub.origin).port);
  expect(await ask({ port, path: '/a', headers: { traceparent: 't' } })).toMatchObject({ status: 200, body: '{}' });
  expect(stub.requests).toMatchObject([{ method: 'GET', path: '/a', headers: { traceparent: 't' } }]);
  stub.mode = 'fail';
  expect((await ask({ port, path: '/a' })).status).toBe(503);
  stub.mode = 'hang';
  expect(await asked({ port, path: '/a', timeoutMs: 20 })).toBeUndefined();
  expect((await ask({ port, path: '/v1/traces', method: 'POST', body: 'a span' })).status).toBe(200);
  expect(stub.spans).toBe('a span');
  expect(stub.requests).toHaveLength(3);
});
