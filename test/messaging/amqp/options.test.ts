import { isKeelsonError } from '../../../src/core';
import { resolveOptions } from '../../../src/messaging/amqp/options';

test('defaults', () => {
  expect(resolveOptions({ url: 'amqp://a' })).toMatchObject({
    service: 'keelson',
    queueType: 'quorum',
    declare: true,
    maxOutstanding: 1_000,
    maxBuffered: 33_554_432,
    heartbeatMs: 5_000,
    connectTimeoutMs: 5_000,
  });
  expect(resolveOptions({ url: ['amqp://a', 'amqps://b'] }).addresses.map(({ host }) => host)).toEqual(['a', 'b']);
});

test('every option that is wrong is named at once, and no password shown', () => {
  const wrong = {
    url: ['amqp://a', 'http://user:sesame@b'],
    service: '',
    queueType: 'mirrored',
    declare: 'yes',
    maxOutstanding: 1,
    maxBuffered: 1.5,
    maxRequests: 0,
    heartbeatMs: 1_500,
    connectTimeoutMs: -1,
    tls: { ca: 5, cypher: 'x' },
  };
  let thrown: unknown;
  try {
    resolveOptions(wrong as never);
  } catch (error) {
    thrown = error;
  }
  expect(isKeelsonError(thrown, 'CONFIG_INVALID')).toBe(true);
  const { message } = thrown as Error;
  const named = ['url', 'service', 'queueType', 'declare', 'maxOutstanding', 'maxBuffered', 'maxRequests'];
  for (const name of [...named, 'heartbeatMs', 'connectTimeoutMs', 'tls.ca', 'tls.cypher'])
    expect(message).toContain(name);
  expect(message).not.toContain('sesame');
});

test.each([[[]], [undefined], [5], ['x']])('%p is no url', (url) => {
  expect(() => resolveOptions({ url } as never)).toThrow(/url must be/);
});

test('tls must be a map', () => {
  expect(() => resolveOptions({ url: 'amqps://a', tls: [] } as never)).toThrow(/tls must be a map/);
});
