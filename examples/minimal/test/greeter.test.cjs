'use strict';

const { deepEqual, equal } = require('node:assert/strict');
const { afterEach, test } = require('node:test');
const { createTestNetwork, fakeClock, startTestService } = require('keelson/testing');
const { createGreeter } = require('../dist/service.js');

const clock = fakeClock();
// Stops what a test has started, and fails the test when something was left open.
const network = createTestNetwork({ clock, closeBy: afterEach });
const start = (settings) => startTestService(createGreeter, { network, settings });

test('greets, and counts and logs it', async () => {
  const service = await start({ greeting: 'welcome' });
  const answer = await service.request('/hello/Ada');
  equal(answer.status, 200);
  deepEqual(await answer.json(), { message: 'welcome Ada' });
  equal(await service.metric('greetings_total'), 1);
  equal(await service.metric('http_server_request_duration_seconds_count', { http_route: '/hello/:name' }), 1);
  equal(service.logs.find(({ message }) => message === 'greeting').visitor, 'Ada');
});

test('fails with a problem document', async () => {
  const service = await start();
  const answer = await service.request('/fail');
  equal(answer.status, 409);
  equal(answer.headers.get('content-type'), 'application/problem+json');
  const { code, detail } = await answer.json();
  deepEqual({ code, detail }, { code: 'NO_GREETING', detail: 'There is no greeting today.' });
});

test('is ready, and well until it needs a rest', async () => {
  const service = await start({ limit: 1 });
  equal((await service.request('/readyz')).status, 200);
  deepEqual(await (await service.request('/health')).json(), { status: 'UP' });
  await service.request('/hello/Ada');
  // The check runs each 5 s and must fail three times: here that takes no time.
  await clock.advance(15_000);
  equal((await service.request('/health')).status, 503);
});
