import { type IncomingMessage } from 'node:http';
import { headFault } from '../../src/http/head-fault';

function request(version: string, fields: readonly (readonly [string, string])[]): IncomingMessage {
  const [major, minor] = version.split('.').map(Number);
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) headers[name.toLowerCase()] ??= value;
  return {
    httpVersionMajor: major,
    httpVersionMinor: minor,
    headers,
    rawHeaders: fields.flat(),
  } as unknown as IncomingMessage;
}

test.each<[string, string, [string, string][]]>([
  ['a host', '1.1', [['Host', 'example.org']]],
  ['a host and a port', '1.1', [['host', '127.0.0.1:3000']]],
  ['an IPv6 address', '1.1', [['HOST', '[::1]:3000']]],
  ['an empty host', '1.1', [['Host', '']]],
  ['HTTP/1.0 without a host', '1.0', []],
  [
    'a chunked body',
    '1.1',
    [
      ['Host', 'a'],
      ['Transfer-Encoding', 'chunked'],
    ],
  ],
  [
    'a chunked body in capitals',
    '1.1',
    [
      ['Host', 'a'],
      ['Transfer-Encoding', 'gzip,\tChunked '],
    ],
  ],
  [
    'another field of four letters',
    '1.1',
    [
      ['Host', 'a'],
      ['Date', 'b'],
    ],
  ],
])('%s is sound', (_title, version, fields) => {
  expect(headFault(request(version, fields))).toBeUndefined();
});

test.each<[string, string, [string, string][], string]>([
  ['no host', '1.1', [['Accept', '*/*']], 'An HTTP/1.1 request has a Host field.'],
  [
    'two hosts',
    '1.1',
    [
      ['Host', 'a'],
      ['x', 'y'],
      ['hOST', 'a'],
    ],
    'A request has one Host field.',
  ],
  ['a host with a path', '1.1', [['Host', 'a/b']], 'The Host field is not a host.'],
  ['a host with a user', '1.1', [['Host', 'a@b']], 'The Host field is not a host.'],
  ['two hosts in one', '1.1', [['Host', 'a b']], 'The Host field is not a host.'],
  ['HTTP/2.0 by its line', '2.0', [['Host', 'a']], 'HTTP/1.1 and 1.0 are spoken here.'],
  ['HTTP/0.9', '0.9', [], 'HTTP/1.1 and 1.0 are spoken here.'],
  [
    'a body without end',
    '1.1',
    [
      ['Host', 'a'],
      ['Transfer-Encoding', 'identity'],
    ],
    'The last transfer coding is chunked.',
  ],
  [
    'a coding that only looks like it',
    '1.1',
    [
      ['Host', 'a'],
      ['Transfer-Encoding', 'xchunked'],
    ],
    'The last transfer coding is chunked.',
  ],
  ['a coding with a parameter', '1.0', [['Transfer-Encoding', 'chunked;q=1']], 'The last transfer coding is chunked.'],
])('%s is a fault of the caller', (_title, version, fields, message) => {
  expect(headFault(request(version, fields))).toMatchObject({
    code: 'BAD_REQUEST',
    status: 400,
    retryable: false,
    message,
  });
});
