'use strict';

// What no client should send. Each is refused with one of its statuses, or (0) the connection is closed without an answer.
const { request, hex } = require('./request.cjs');

const post = (body, fields) => request('POST', '/orders', fields, body);
const pick = (random, list) => list[Math.floor(random() * list.length)];
const noise = (random, length) => {
  let text = '';
  while (text.length < length) text += String.fromCharCode(Math.floor(random() * 256));
  return text;
};

const brokenJson = [
  '{',
  '{"amount":',
  '[1,',
  'nil',
  '{"amount":1}}',
  "{'amount':1}",
  '{"amount":01}',
  '\u00ff\u00fe{}',
  '{"a":"\n"}',
  '"',
  ' ',
];
const wrongOrders = ['{}', '[]', '{"amount":"7"}', '{"amount":1.5}', '{"amount":null}', '{"amount":1,"note":5}'];
const polluting = ['{"__proto__":{"admin":true},"amount":1}', '{"amount":1,"note":{"__proto__":{}}}'];
const badUrls = ['/hello/%', '/hello/%ff', '/hello/%zz', '/hello/%e0%a4'];
const badParents = [
  '',
  '00',
  '00-0-0-00',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '-'.repeat(55),
  '00-' + '0'.repeat(32) + '-' + '0'.repeat(16) + '-01',
  '\u00e4'.repeat(55),
];
const strangeMethods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'];

const malformed = [
  { name: 'bad JSON', weight: 4, statuses: [400], make: (random) => post(pick(random, brokenJson)) },
  { name: 'wrong orders', weight: 3, statuses: [422], make: (random) => post(pick(random, wrongOrders)) },
  { name: 'pollution', weight: 1, statuses: [400], make: (random) => post(pick(random, polluting)) },
  {
    name: 'wrong media type',
    weight: 1,
    statuses: [415],
    make: (random) => post('amount=1', { 'content-type': pick(random, ['text/plain', 'application/xml', '', ';;']) }),
  },
  {
    name: 'wrong charset',
    weight: 1,
    statuses: [415],
    make: () => post('{}', { 'content-type': 'application/json; charset=utf-16' }),
  },
  {
    name: 'corrupt gzip',
    weight: 1,
    statuses: [400],
    make: (random) => post(noise(random, 200), { 'content-encoding': 'gzip' }),
  },
  { name: 'unknown encoding', weight: 0.5, statuses: [415], make: () => post('{}', { 'content-encoding': 'rot13' }) },
  { name: 'body too large', weight: 1, statuses: [413], make: () => post('x'.repeat(110_000)) },
  { name: 'length too large', weight: 1, statuses: [413], make: () => post('{', { 'content-length': 10_000_000 }) },
  {
    name: 'chunks too large',
    weight: 0.5,
    statuses: [413],
    make: () =>
      post(`${'4000\r\n' + 'x'.repeat(0x4000) + '\r\n'}`.repeat(8), {
        'content-length': undefined,
        'transfer-encoding': 'chunked',
      }),
  },
  {
    name: 'bad chunks',
    weight: 1,
    statuses: [400],
    make: () => post('zz\r\n{}\r\n', { 'content-length': undefined, 'transfer-encoding': 'chunked' }),
  },
  {
    name: 'random paths',
    weight: 4,
    statuses: [404],
    make: (random) => request('GET', `/${hex(random, 12)}/${hex(random, 4)}`),
  },
  {
    name: 'long paths',
    weight: 0.5,
    statuses: [404],
    make: (random) => request('GET', `/${'a/'.repeat(random() * 4_000)}`),
  },
  { name: 'bad URLs', weight: 2, statuses: [400], make: (random) => request('GET', pick(random, badUrls)) },
  {
    name: 'strange methods',
    weight: 2,
    statuses: [200, 404],
    make: (random) => request(pick(random, strangeMethods), '/orders'),
  },
  {
    name: 'bad traceparents',
    weight: 3,
    statuses: [200],
    make: (random) =>
      request('GET', '/hello/x', {
        traceparent: pick(random, badParents),
        tracestate: noise(random, 20).replace(/[^\x20-\x7e]/g, '='),
        baggage: ';;,=',
      }),
  },
  {
    name: 'large baggage',
    weight: 0.5,
    statuses: [200],
    make: () => request('GET', '/hello/x', { baggage: 'k=v,'.repeat(2_000) }),
  },
  {
    name: 'bad request ids',
    weight: 1,
    statuses: [200],
    make: (random) => request('GET', '/hello/x', { 'x-request-id': 'a b'.repeat(1 + random() * 90) }),
  },
  {
    name: 'bad deadlines',
    weight: 1,
    statuses: [200],
    make: (random) =>
      request('GET', '/hello/x', { 'keelson-timeout-ms': pick(random, ['-1', 'soon', '1e9', '9'.repeat(400)]) }),
  },
  { name: 'no host', weight: 1, statuses: [400], make: () => 'GET /hello/x HTTP/1.1\r\n\r\n' },
  {
    name: 'two hosts',
    weight: 0.5,
    statuses: [400],
    make: () => 'GET /hello/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  },
  { name: 'noise', weight: 1, statuses: [400], make: (random) => `\u0001${noise(random, 100)}` },
  { name: 'NUL in a header', weight: 1, statuses: [400], make: () => 'GET / HTTP/1.1\r\nHost: a\r\nx: \u0000\r\n\r\n' },
  { name: 'bare LF', weight: 1, statuses: [400], make: () => 'GET / HTTP/1.1\nHost: a\nx:y\n\n' },
  { name: 'a head too large', weight: 1, statuses: [431], make: () => request('GET', '/', { x: 'x'.repeat(17_000) }) },
  {
    name: 'too many fields',
    weight: 0.5,
    statuses: [431],
    make: () => `GET / HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(300)}\r\n`,
  },
  {
    name: 'both lengths',
    weight: 1,
    statuses: [400],
    make: () => post('2\r\n{}\r\n0\r\n\r\n', { 'transfer-encoding': 'chunked' }),
  },
  {
    name: 'CONNECT',
    weight: 0.5,
    statuses: [400],
    make: () => 'CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n',
  },
  {
    name: 'an upgrade',
    weight: 1,
    statuses: [200],
    make: () => request('GET', '/hello/x', { connection: 'upgrade', upgrade: 'websocket' }),
  },
  {
    name: 'an expectation',
    weight: 1,
    statuses: [201],
    make: (random) => post('{"amount":1}', { expect: pick(random, ['100-continue', 'miracles']) }),
  },
  { name: 'HTTP/1.0', weight: 1, statuses: [200], make: () => 'GET /hello/x HTTP/1.0\r\n\r\n' },
  { name: 'HTTP/2 preface', weight: 0.5, statuses: [400, 505], make: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
];

module.exports = { malformed };
