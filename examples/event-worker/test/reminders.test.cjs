'use strict';

const { deepEqual, equal, match } = require('node:assert/strict');
const { afterEach, test } = require('node:test');
const { defineEvent } = require('keelson/messaging');
const { createTestNetwork, fakeClock, startTestService, stubService, until } = require('keelson/testing');
const { invoiceDue } = require('../dist/invoice-due.js');
const { createReminders } = require('../dist/service.js');

const due = (invoice) => ({ invoice, email: 'ada@example.org', dueOn: '2031-04-30', cents: 12_050 });
const second = 1_000;

// The pauses between attempts are those of production: time passes when a test says so.
const clock = fakeClock();
const inNoTime = createTestNetwork({ clock, closeBy: afterEach });
const inRealTime = createTestNetwork({ closeBy: afterEach });

/** Starts the service, and a mail provider that answers with these statuses, and then with 202. */
async function start({ statuses = [], network = inNoTime, health = { intervalMs: 3_600_000 } } = {}) {
  const provider = await stubService('mail', { network });
  const mails = [];
  provider.on('GET', '/healthz', { status: 204 }).on('POST', '/mails', ({ headers, json }) => {
    mails.push({ at: network.clock.now(), key: headers['idempotency-key'], ...json() });
    return { status: statuses.shift() ?? 202 };
  });
  const settings = { mailUrl: provider.url, health };
  const service = await startTestService(createReminders, { network, settings });
  const { messaging } = service.service;
  const queue = () => network.broker.queues().find(({ name }) => name === 'invoice.due.reminders');
  await until(() => queue()?.consumers === 1, { what: 'it to take events' });
  return {
    provider,
    mails,
    service,
    queue,
    publish: (data, event = invoiceDue) => messaging.publish(event, data),
    letter: () => until(() => network.broker.deadLetters(queue().name)[0], { what: 'the dead letter' }),
    replay: () => network.broker.replay(queue().name),
    sent: () => until(async () => (await service.metric('reminders_total')) === 1, { what: 'the mail' }),
  };
}

/** Lets the pause before the next attempt pass, once the one before has failed. */
async function pass(ms, queue) {
  await until(() => queue().delayed === 1, { what: 'an attempt to fail' });
  await clock.advance(ms);
}

test('sends a reminder', async () => {
  const { publish, sent, mails } = await start();
  await publish(due('INV-1'));
  await sent();
  const text = 'Please pay 120.50 for INV-1 by 2031-04-30.';
  deepEqual(mails, [{ at: clock.now(), key: 'INV-1/2031-04-30', to: 'ada@example.org', text }]);
});

test('the number of an invoice may have letters that no header takes', async () => {
  const { publish, sent, mails } = await start();
  await publish(due('INV–7'));
  await sent();
  equal(mails[0].key, 'INV%E2%80%937/2031-04-30');
});

test('tries again when the provider fails, under the same key', async () => {
  const { publish, sent, mails, queue } = await start({ statuses: [503, 429] });
  const begun = clock.now();
  await publish(due('INV-2'));
  await pass(second, queue);
  await pass(10 * second, queue);
  await sent();
  deepEqual(
    mails.map(({ at, key }) => [at - begun, key]),
    [0, second, 11 * second].map((at) => [at, 'INV-2/2031-04-30']),
  );
  equal(queue().deadLetters, 0);
});

test('what fails too often goes to the dead letters, and can be replayed', async () => {
  const { publish, sent, queue, letter, replay } = await start({ statuses: [503, 503, 503, 503, 503] });
  await publish(due('INV-3'));
  for (const seconds of [1, 10, 60, 600]) await pass(seconds * second, queue);
  const { reason, code, attempts } = (await letter()).note;
  deepEqual({ reason, code, attempts }, { reason: 'failed', code: 'HTTP_STATUS', attempts: 5 });
  equal(replay(), 1);
  await sent();
  equal(queue().deadLetters, 0);
});

test('an address that the provider refuses is not tried again', async () => {
  const { publish, sent, mails, letter, replay } = await start({ statuses: [422] });
  await publish(due('INV-4'));
  const { envelope, note } = await letter();
  equal(JSON.parse(envelope.body).invoice, 'INV-4');
  deepEqual({ code: note.code, attempts: note.attempts }, { code: 'ADDRESS_REFUSED', attempts: 1 });
  equal(mails.length, 1);
  replay();
  await sent();
});

test('an event that is not valid never reaches the handler', async () => {
  const { publish, mails, letter } = await start();
  await publish({ ...due('INV-5'), dueOn: 'tomorrow' }, defineEvent('invoice.due'));
  const { reason, code, attempts, message } = (await letter()).note;
  deepEqual({ reason, code, attempts }, { reason: 'malformed', code: 'PAYLOAD_INVALID', attempts: 0 });
  match(message, /dueOn: a day like 2031-04-30/);
  deepEqual(mails, []);
});

test('while the provider is away it is not ready, and events wait in the queue', async () => {
  const health = { intervalMs: 100, failures: 1 };
  const { provider, service, publish, sent, queue } = await start({ network: inRealTime, health });
  equal((await service.request('/readyz')).status, 200);
  provider.on('GET', '/healthz', { status: 503 });
  await until(() => queue().consumers === 0, { what: 'it to take no more' });
  equal((await service.request('/readyz')).status, 503);
  await publish(due('INV-6'));
  equal(queue().ready, 1);
  provider.on('GET', '/healthz', { status: 204 });
  await sent();
});
