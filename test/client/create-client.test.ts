import { createClient } from '../../src/client';

test.each([
  ['in ventory', /^client in ventory: it must be a service's name/],
  ['', /it must be a service's name/],
  ['ftp://a.example', /or an origin like/],
  ['http://user:secret@a.example', /^client a\.example: credentials do not belong into a URL/],
  ['http://a.example/v1', /^client http:\/\/a\.example: an origin has no path/],
  ['inventory', /needs a registry/],
])('refuses %p', (to, message) => {
  expect(() => createClient(to)).toThrow(message);
});

test('does not show credentials', () => {
  expect(() => createClient('http://user:secret@a.example')).toThrow(expect.not.stringContaining('secret') as RegExp);
});

test('names itself, and opens nothing', async () => {
  const client = createClient('http://127.0.0.1:1');
  expect(client.name).toBe('127.0.0.1:1');
  expect(client.breaker?.state).toBe('closed');
  expect(createClient('http://127.0.0.1:1', { breaker: false }).breaker).toBeUndefined();
  await client.close();
});
