import { type EurekaOptions, resolveOptions } from '../../../src/discovery/eureka/options';

const urls = ['http://a/eureka'];

test('the defaults', () => {
  expect(resolveOptions({ urls })).toMatchObject({
    servers: [{ shown: 'http://a/eureka' }],
    zone: undefined,
    fetchIntervalMs: 30_000,
    renewIntervalMs: 30_000,
    requestTimeoutMs: 5000,
    connectTimeoutMs: 1000,
    maxResponseBytes: 33_554_432,
    metadata: {},
  });
});

test('requests of a quick client are quick', () => {
  expect(resolveOptions({ urls, renewIntervalMs: 1000 })).toMatchObject({
    requestTimeoutMs: 333,
    connectTimeoutMs: 333,
  });
});

test('a server that is named twice is one', () => {
  expect(resolveOptions({ urls: [...urls, ...urls] }).servers).toHaveLength(1);
});

test('what was given is copied', () => {
  const metadata = { team: 'a' };
  const resolved = resolveOptions({ urls, metadata });
  metadata.team = 'b';
  expect(resolved.metadata).toEqual({ team: 'a' });
});

test.each<[string, Record<string, unknown>, string]>([
  ['no urls', { urls: [] }, 'urls must be a list with an address or more'],
  ['a text', { urls: 'http://a' }, 'urls must be a list with an address or more'],
  ['a bad url', { urls: ['a'] }, 'urls must be http:// or https:// URLs such as http://localhost:8761/eureka'],
  ['NaN', { fetchIntervalMs: NaN }, 'fetchIntervalMs must be a number from 100 to 2147483647, not NaN'],
  ['too often', { renewIntervalMs: 99 }, 'renewIntervalMs must be a number from 100 to 2147483647, not 99'],
  ['too patient', { requestTimeoutMs: 30_000 }, 'requestTimeoutMs must be a number from 1 to 29999, not 30000'],
  ['slow to connect', { connectTimeoutMs: 5001 }, 'connectTimeoutMs must be a number from 1 to 5000, not 5001'],
  [
    'a text for a number',
    { maxResponseBytes: '1' },
    'maxResponseBytes must be a number from 1024 to 1073741824, not string',
  ],
  ['an empty zone', { zone: '' }, 'zone must be a text, not an empty text'],
  ['metadata of numbers', { metadata: { a: 1 } }, 'metadata must be a map of texts'],
])('%s', (_, more, message) => {
  const given = { urls, ...more } as EurekaOptions;
  expect(() => resolveOptions(given)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `eureka: ${message}.` }),
  );
});
