import { isKeelsonError } from '../../../src/core';
import { eurekaServer } from '../../../src/discovery/eureka/eureka-server';

test.each([
  ['http://registry:8761/eureka', 'http://registry:8761', '/eureka'],
  ['http://registry:8761/eureka/', 'http://registry:8761', '/eureka'],
  ['https://registry/eureka/v2//', 'https://registry', '/eureka/v2'],
  ['http://[::1]:8761', 'http://[::1]:8761', ''],
])('%s', (text, origin, path) => {
  expect(eurekaServer(text)).toEqual({ origin, path, authorization: undefined, shown: `${origin}${path}` });
});

test.each([
  ['http://ann:p%40ss%3A@registry/eureka', 'ann:p@ss:'],
  ['http://ann@registry/eureka', 'ann:'],
  ['http://:secret@registry/eureka', ':secret'],
  ['http://ann:100%@registry/eureka', 'ann:100%'],
])('the user of %s goes into the header', (text, user) => {
  const server = eurekaServer(text);
  expect(server.authorization).toBe(`Basic ${Buffer.from(user).toString('base64')}`);
  expect(server.shown).toBe('http://registry/eureka');
});

test.each([
  'registry:8761',
  'ftp://ann:secret@registry',
  'http://',
  '',
  undefined,
  8761,
  'http://a:secret@b/eureka?x=1',
  'http://b/#x',
])('%s is refused, without a word of it', (text) => {
  let thrown: unknown;
  try {
    eurekaServer(text);
  } catch (error) {
    thrown = error;
  }
  expect(isKeelsonError(thrown, 'CONFIG_INVALID')).toBe(true);
  expect((thrown as Error).message).toMatch(/^eureka: urls must be /);
  expect((thrown as Error).message).not.toContain('secret');
});
