import { createClient } from '../../src/client';
import { memoryRegistry } from '../../src/discovery';
import { stubService, type StubService } from '../../src/testing/stub-service';
import { createTestNetwork } from '../../src/testing/test-network';
import { sendRequest } from '../../src/testing/test-request';

const network = createTestNetwork({ closeBy: afterEach });
const make = (name = 'inventory'): Promise<StubService> => stubService(name, { network });
const get = async (stub: StubService, path: string): Promise<unknown> => {
  const answer = await sendRequest(stub.url, path);
  return [answer.status, await answer.text()];
};

test('answers by method and path; what was said later wins', async () => {
  const stub = await make();
  stub
    .on('GET', '*', { body: 'any' })
    .on('get', '/stock/:sku', { body: 'stock' })
    .on('GET', '/stock/7', { body: 'seven' });
  expect(await get(stub, '/stock/7')).toEqual([200, 'seven']);
  expect(await get(stub, '/stock/8?full=1')).toEqual([200, 'stock']);
  expect(await get(stub, '/stock/8/more')).toEqual([200, 'any']);
  expect((await sendRequest(stub.url, '/stock/7', { json: 1 })).status).toBe(404);
});

test('says what it has no answer for', async () => {
  const [status, text] = (await get(await make(), '/nothing')) as [number, string];
  expect([status, JSON.parse(text)]).toEqual([404, { title: 'The stub of inventory has no answer for GET /nothing' }]);
});

test('works an answer out, and says so when that fails', async () => {
  const stub = await make();
  stub.on('POST', '/sum', (request) => ({ json: (request.json() as number[]).reduce((sum, one) => sum + one) }));
  expect(await (await sendRequest(stub.url, '/sum', { json: [1, 2] })).json()).toBe(3);
  const failed = await sendRequest(stub.url, '/sum', { method: 'POST', body: 'no json' });
  expect([failed.status, await failed.text()]).toEqual([500, expect.stringContaining('SyntaxError')]);
});

test('bursts come first, one after the other, then all is as before', async () => {
  const stub = (await make()).on('GET', '/a', { body: 'well' });
  stub.next(2, { status: 503 }).next(1, { fault: 'reset' });
  expect(await get(stub, '/a')).toEqual([503, '']);
  expect(await get(stub, '/a')).toEqual([503, '']);
  await expect(get(stub, '/a')).rejects.toThrow('fetch failed');
  expect(await get(stub, '/a')).toEqual([200, 'well']);
});

test('tells what it was asked, and forgets it', async () => {
  const stub = (await make()).on('POST', '*', {});
  await sendRequest(stub.url, '/a/b?c=1&d=x%20y', { json: { e: 1 }, headers: { 'X-Own': 'yes' } });
  expect(stub.requests).toMatchObject([
    { method: 'POST', path: '/a/b', query: { c: '1', d: 'x y' }, body: '{"e":1}', headers: { 'x-own': 'yes' } },
  ]);
  expect(stub.requests[0]?.json()).toEqual({ e: 1 });
  stub.next(1, { status: 500 }).reset();
  expect(stub.requests).toEqual([]);
  expect((await sendRequest(stub.url, '/a', { json: 1 })).status).toBe(404);
});

test('is found in the registry of its network until it stops; two of a name are two instances', async () => {
  const stubs = [await make(), await make()];
  const { registry } = network;
  expect(registry.up('inventory').map(({ port }) => port)).toEqual(stubs.map(({ port }) => port));
  const client = createClient('inventory', {}, { registry: startedRegistry() });
  for (const stub of stubs) stub.on('GET', '/a', { json: 'found' });
  await expect(client.get('/a')).resolves.toBe('found');
  await client.close();
  await stubs[0]?.stop();
  expect(registry.up('inventory')).toHaveLength(1);
  await network.stop();
  expect(registry.up('inventory')).toEqual([]);
  await expect(get(stubs[1] as StubService, '/a')).rejects.toThrow('fetch failed');
});

function startedRegistry() {
  const registry = memoryRegistry({ network: network.registry });
  void registry.start();
  return registry;
}

test('needs no network, and a hook can stop it', async () => {
  const hooks: (() => Promise<void>)[] = [];
  const stub = await stubService('mail', { closeBy: (hook) => hooks.push(hook) });
  expect(stub.url).toBe(`http://127.0.0.1:${stub.port}`);
  stub.on('GET', '*', { fault: 'hang' });
  const hangs = expect(get(stub, '/')).rejects.toThrow('fetch failed');
  while (stub.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await hooks[0]?.();
  await stub[Symbol.asyncDispose]();
  await hangs;
});
