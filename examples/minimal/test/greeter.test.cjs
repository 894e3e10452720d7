'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { createGreeter } = require('../dist/service.js');

const service = createGreeter({
  http: { port: 0, host: '127.0.0.1' },
  log: { level: 'error' },
  shutdown: { signals: false },
});
let url;

before(async () => {
  ({ url } = await service.start());
});
after(() => service.stop());

test('greets', async () => {
  const answer = await fetch(`${url}/hello/Ada`);
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { message: 'hello Ada' });
});

test('fails with a problem document', async () => {
  const answer = await fetch(`${url}/fail`);
  assert.equal(answer.status, 409);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  const { code, detail } = await answer.json();
  assert.deepEqual({ code, detail }, { code: 'NO_GREETING', detail: 'There is no greeting today.' });
});

test('is ready, and well', async () => {
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: 'UP' });
});

test('counts', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^greetings_total 1$/m);
  assert.match(metrics, /^http_server_request_duration_seconds_count\{.*http_route="\/hello\/:name".*\} 1$/m);
});
