import { type IncomingMessage } from 'node:http';
import { hostMissing, lacksHost } from '../../src/http/host-header';

test.each([
  ['1.1', undefined, true],
  ['1.1', '', false],
  ['1.1', 'example.org', false],
  ['1.0', undefined, false],
])('HTTP/%s with host %p lacks one: %p', (httpVersion, host, lacks) => {
  expect(lacksHost({ httpVersion, headers: { host } } as unknown as IncomingMessage)).toBe(lacks);
});

test('it is the caller who can mend it', () => {
  expect(hostMissing()).toMatchObject({ code: 'BAD_REQUEST', status: 400, retryable: false });
});
