import { sendRequest } from '../../src/testing/test-request';
import { stubService, type StubService } from '../../src/testing/stub-service';

let stub: StubService;
beforeEach(async () => {
  stub = (await stubService('other'))
    .on('POST', '*', { json: 1 })
    .on('PUT', '*', { json: 2 })
    .on('GET', '*', { json: 3 });
});
afterEach(() => stub.stop());

const asked = () =>
  stub.requests.map(({ method, path, body, headers }) => [method, path, body, headers['content-type']]);

test('asks with GET, posts JSON, and does as it is told', async () => {
  const answers = await Promise.all([
    sendRequest(stub.url, '/a?b=1'),
    sendRequest(stub.url, '/b', { json: { c: 1 } }),
    sendRequest(stub.url, '/d', {
      json: [],
      method: 'PUT',
      headers: { 'content-type': 'application/merge-patch+json' },
    }),
    sendRequest(stub.url, '/e', { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } }),
  ]);
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([3, 1, 2, 1]);
  expect(asked().sort()).toEqual([
    ['GET', '/a', '', undefined],
    ['POST', '/b', '{"c":1}', 'application/json'],
    ['POST', '/e', 'text', 'text/plain'],
    ['PUT', '/d', '[]', 'application/merge-patch+json'],
  ]);
});

test('can be given up', async () => {
  stub.on('GET', '*', { fault: 'hang' });
  await expect(sendRequest(stub.url, '/', { signal: AbortSignal.timeout(5) })).rejects.toThrow(/timeout/);
});
