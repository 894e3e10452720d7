import { type IncomingMessage } from 'node:http';
import { hostMissing, lacksHost } from '../../src/http/host-header';

const request = (httpVersion: string, rawHeaders: string[]): IncomingMessage => {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const headers = { host: at < 0 ? undefined : rawHeaders[at + 1] };
  return { httpVersion, headers, rawHeaders } as unknown as IncomingMessage;
};

test.each([
  ['1.1', [], true],
  ['1.1', ['Host', ''], false],
  ['1.1', ['Host', 'example.org'], false],
  ['1.1', ['host', 'example.org', 'Accept', 'host'], false],
  ['1.1', ['Host', 'example.org', 'Host', 'example.org'], true],
  ['1.1', ['hOST', 'a', 'x', 'y', 'HOst', 'b'], true],
  ['1.0', [], false],
  ['1.0', ['Host', 'a', 'host', 'b'], true],
])('HTTP/%s with the fields %j lacks one host: %p', (httpVersion, rawHeaders, lacks) => {
  expect(lacksHost(request(httpVersion, rawHeaders))).toBe(lacks);
});

test('it is the caller who can mend it', () => {
  expect(hostMissing()).toMatchObject({ code: 'BAD_REQUEST', status: 400, retryable: false });
});
