'use strict';

// What clients with good manners send. Each is answered with one status, on a connection that goes on.
const { gzipSync } = require('node:zlib');
const { request, traceparent, hex } = require('./request.cjs');

const amount = (random) => Math.floor(random() * 1_000);
const json = (answer) => JSON.parse(answer.body);
const idOf = (answer) => /\r\nx-request-id: *(\S+)/i.exec(answer.headers)?.[1];
const problemOf = (status) => (answer) => json(answer).status === status;
const gzipped = gzipSync(JSON.stringify({ amount: 7, note: 'n'.repeat(5_000) })).toString('latin1');

/** `make` gives the bytes; `right` looks into the answer, beyond its status. */
const sound = [
  {
    name: 'hello',
    weight: 20,
    status: 200,
    make: (random) => request('GET', `/hello/${hex(random, 6)}`, { traceparent: traceparent(random) }),
    right: (answer) => json(answer).message.startsWith('hello '),
  },
  { name: 'HEAD', weight: 1, status: 200, heads: true, make: () => request('HEAD', '/hello/head') },
  {
    name: 'order',
    weight: 10,
    status: 201,
    make: (random) =>
      request(
        'POST',
        '/orders',
        { baggage: `who=${hex(random, 8)}` },
        JSON.stringify({ amount: amount(random), note: 'a'.repeat(random() * 200) }),
      ),
    right: (answer) => json(answer).requestId === idOf(answer),
  },
  {
    name: 'compressed order',
    weight: 1,
    status: 201,
    make: () => request('POST', '/orders', { 'content-encoding': 'gzip' }, gzipped),
  },
  {
    name: 'steps',
    weight: 5,
    status: 200,
    make: (random) => request('GET', '/steps', { 'x-request-id': hex(random, 20) }),
    right: (answer) => json(answer).requestId === idOf(answer) && idOf(answer).length === 20,
  },
  {
    name: 'slow',
    weight: 3,
    status: 200,
    make: (random) => request('GET', `/slow?ms=${Math.floor(random() * 60)}`),
    right: (answer) => json(answer).slept,
  },
  {
    name: 'a deadline that passes',
    weight: 1,
    status: 504,
    make: () => request('GET', '/slow?ms=5000', { 'keelson-timeout-ms': '5' }),
    right: problemOf(504),
  },
  {
    name: 'stream',
    weight: 3,
    status: 200,
    chunks: 16,
    make: () => request('GET', '/stream?chunks=16'),
    right: (answer) => answer.body.length === 16 * 1_024,
  },
  { name: 'later', weight: 2, status: 202, make: () => request('POST', '/later') },
  { name: 'a handler that throws', weight: 1, status: 500, make: () => request('GET', '/fail'), right: problemOf(500) },
  {
    name: 'a handler that rejects',
    weight: 1,
    status: 500,
    make: () => request('GET', '/reject'),
    right: problemOf(500),
  },
  { name: 'readiness', weight: 1, status: 200, make: () => request('GET', '/readyz') },
  { name: 'health', weight: 1, status: 200, make: () => request('GET', '/health') },
  { name: 'info', weight: 0.5, status: 200, make: () => request('GET', '/info') },
];

/** What is wrong with the answer, if anything. */
function faultOf({ status, right }, answer) {
  if (answer === undefined) return 'no answer';
  if (answer.status !== status) return `status ${answer.status}: ${answer.body.slice(0, 200)}`;
  try {
    if (right !== undefined && !right(answer)) return `wrong body: ${answer.body.slice(0, 200)}`;
  } catch (error) {
    return `${error}: ${answer.body.slice(0, 200)}`;
  }
  return undefined;
}

module.exports = { sound, faultOf };
