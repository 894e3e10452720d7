'use strict';

const assert = require('node:assert/strict');
const { createServer } = require('node:http');
const { after, afterEach, before, test } = require('node:test');
const { createService } = require('keelson');
const { createMemoryBroker, defineEvent, memoryTransport } = require('keelson/messaging');
const { invoiceDue } = require('../dist/invoice-due.js');
const { createReminders } = require('../dist/service.js');

const queue = 'invoice.due.reminders';
const settings = {
  http: { port: 0, host: '127.0.0.1' },
  log: { level: 'error' },
  shutdown: { signals: false },
};
const broker = createMemoryBroker();
const connected = () => ({ transport: memoryTransport({ broker }) });

/** Stands for the mail provider: answers with what it is told, and 202 when it is told nothing. */
const provider = { mails: [], answers: [], well: true };
const server = createServer((req, res) => {
  if (req.url === '/healthz') return res.writeHead(provider.well ? 204 : 503).end();
  let body = '';
  req.on('data', (chunk) => (body += chunk));
  req.on('end', () => {
    const status = provider.answers.shift() ?? 202;
    provider.mails.push({ status, key: req.headers['idempotency-key'], ...JSON.parse(body) });
    res.writeHead(status).end();
  });
});
const accounting = createService({ name: 'accounting', settings, messaging: connected() });
let service;
let url;

before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  service = createReminders(
    {
      ...settings,
      mailUrl: `http://127.0.0.1:${server.address().port}`,
      retryDelaysMs: [10, 20],
      health: { intervalMs: 100, failures: 1 },
    },
    connected(),
  );
  void accounting.messaging;
  await accounting.start();
  ({ url } = await service.start());
  await eventually(() => facts()?.consumers === 1, 'it takes events');
});
afterEach(() => {
  provider.mails = [];
  provider.answers = [];
});
after(async () => {
  await Promise.all([service.stop(), accounting.stop()]);
  server.close();
});

const facts = () => broker.queues().find(({ name }) => name === queue);

/** Asks until it is so, for as long as a slow machine may take. */
async function eventually(question, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5)))
    if (await question()) return;
  throw new Error(`this did not come: ${what}`);
}

const due = (invoice) => ({ invoice, email: 'ada@example.org', dueOn: '2031-04-30', cents: 12_050 });
const publish = (data) => accounting.messaging.publish(invoiceDue, data);
const ready = async (status) => (await fetch(`${url}/readyz`)).status === status;
const handled = () => {
  const { ready, unacked, delayed } = facts();
  return ready + unacked + delayed === 0;
};

test('sends a reminder', async () => {
  await publish(due('INV-1'));
  await eventually(() => provider.mails.length === 1, 'the mail');
  assert.deepEqual(provider.mails, [
    {
      status: 202,
      key: 'INV-1/2031-04-30',
      to: 'ada@example.org',
      text: 'Please pay 120.50 for INV-1 by 2031-04-30.',
    },
  ]);
});

test('tries again when the provider fails, under the same key', async () => {
  provider.answers = [503, 429];
  await publish(due('INV-2'));
  await eventually(() => provider.mails.length === 3, 'the third attempt');
  await eventually(handled, 'it is handled');
  assert.deepEqual(
    provider.mails.map(({ status, key }) => [status, key]),
    [503, 429, 202].map((status) => [status, 'INV-2/2031-04-30']),
  );
  assert.equal(facts().deadLetters, 0);
});

test('what fails too often goes to the dead letters, and can be replayed', async () => {
  provider.answers = [503, 503, 503];
  await publish(due('INV-3'));
  await eventually(() => facts().deadLetters === 1, 'the dead letter');
  const { reason, code, attempts } = broker.deadLetters(queue)[0].note;
  assert.deepEqual({ reason, code, attempts }, { reason: 'failed', code: 'HTTP_STATUS', attempts: 3 });
  assert.equal(broker.replay(queue), 1);
  await eventually(() => provider.mails.at(-1).status === 202, 'the mail');
  assert.equal(facts().deadLetters, 0);
});

test('an address that the provider refuses is not tried again', async () => {
  provider.answers = [422];
  await publish(due('INV-4'));
  await eventually(() => facts().deadLetters === 1, 'the dead letter');
  const { envelope, note } = broker.deadLetters(queue)[0];
  assert.equal(JSON.parse(envelope.body).invoice, 'INV-4');
  assert.deepEqual({ code: note.code, attempts: note.attempts }, { code: 'ADDRESS_REFUSED', attempts: 1 });
  assert.equal(provider.mails.length, 1);
  broker.replay(queue);
  await eventually(() => provider.mails.length === 2, 'the mail');
});

test('an event that is not valid never reaches the handler', async () => {
  const anything = defineEvent('invoice.due');
  await accounting.messaging.publish(anything, { ...due('INV-5'), dueOn: 'tomorrow' });
  await eventually(() => facts().deadLetters === 1, 'the dead letter');
  const { reason, code, attempts, message } = broker.deadLetters(queue)[0].note;
  assert.deepEqual({ reason, code, attempts }, { reason: 'malformed', code: 'PAYLOAD_INVALID', attempts: 0 });
  assert.match(message, /dueOn: a day like 2031-04-30/);
  assert.deepEqual(provider.mails, []);
});

test('while the provider is away it is not ready, and events wait in the queue', async () => {
  await eventually(() => ready(200), 'it is ready');
  provider.well = false;
  await eventually(() => facts().consumers === 0, 'it takes no more');
  assert.ok(await ready(503));
  await publish(due('INV-6'));
  assert.equal(facts().ready, 1);
  provider.well = true;
  await eventually(() => provider.mails.length === 1, 'the mail');
});

test('counts what was sent', async () => {
  await eventually(handled, 'all are handled');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^reminders_total 5$/m);
});
