import { createClient, type ServiceClient } from '../../src/client';
import { closeUpstreams, startUpstream } from './support/upstream';

afterEach(closeUpstreams);

interface Item {
  readonly sku: string;
}

/** What a user of a client may rely on; compiled by the type checker. */
async function firstSku(client: ServiceClient): Promise<string> {
  const items = await client.get<readonly Item[]>('/items', { query: { limit: 1, tag: ['a', 'b'] }, timeoutMs: 500 });
  return items[0]?.sku ?? 'none';
}

test('the type that the caller names is what it gets', async () => {
  const upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end('[{"sku":"x-1"}]');
  });
  const client = createClient(upstream.origin);
  await expect(firstSku(client)).resolves.toBe('x-1');
  expect(upstream.asked).toEqual(['GET /items?limit=1&tag=a&tag=b']);
  await client.close();
});
