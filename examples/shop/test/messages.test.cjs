'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { createMemoryBroker, memoryTransport } = require('keelson/messaging');
const { createBilling } = require('../dist/billing.js');
const { createInventory } = require('../dist/inventory.js');
const { orderPlaced, reserveStock } = require('../dist/messages.js');
const { createOrders } = require('../dist/orders.js');
const { createPricing } = require('../dist/pricing.js');
const { createShipping } = require('../dist/shipping.js');

const settings = {
  http: { port: 0, host: '127.0.0.1' },
  instance: { host: '127.0.0.1' },
  discovery: { kind: 'memory' },
  log: { level: 'error' },
  shutdown: { signals: false },
};
const retry = { retryDelaysMs: [10, 20] };
const broker = createMemoryBroker();
const connected = () => ({ transport: memoryTransport({ broker }) });
const invoices = new Map();

const inventory = createInventory({ ...settings, cartons: 5 }, connected());
const pricing = createPricing(settings, connected());
const orders = createOrders(settings, connected());
const shipping = createShipping({ ...settings, ...retry }, connected());
let billing = createBilling({ ...settings, ...retry, faultySku: 'compass' }, connected(), invoices);
const urls = {};

before(async () => {
  await Promise.all([inventory, pricing].map((service) => service.start()));
  for (const service of [billing, shipping, orders]) urls[service.name] = (await service.start()).url;
});
after(async () => {
  await Promise.all([orders, shipping, billing, pricing, inventory].map((service) => service.stop()));
});

/** Places an order. @returns its id */
async function order(sku) {
  const answer = await fetch(`${urls.orders}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku, quantity: 1 }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).id;
}

/** Asks until there is an answer, for as long as a slow machine may take. */
async function eventually(question, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5))) {
    const answer = await question();
    if (answer !== undefined) return answer;
  }
  throw new Error(`this did not come: ${what}`);
}

function found(service, path) {
  return eventually(async () => {
    const answer = await fetch(urls[service] + path);
    return answer.status === 200 ? answer.json() : undefined;
  }, path);
}

function deadLetters(queue, count) {
  return eventually(() => {
    const letters = broker.deadLetters(queue);
    return letters.length === count ? letters : undefined;
  }, `${count} dead letters of ${queue}`);
}

test('an order is billed and shipped', async () => {
  const id = await order('rope');
  const invoice = await found('billing', `/invoices/${id}`);
  assert.deepEqual(invoice, { number: 1, order: id, netCents: 736, taxCents: 74 });
  assert.deepEqual(await found('shipping', `/parcels/${id}`), { order: id, sku: 'rope', quantity: 1 });
});

test('an event that comes again, as another message, makes no second invoice and no second parcel', async () => {
  const id = await order('rope');
  const invoice = await found('billing', `/invoices/${id}`);
  await found('shipping', `/parcels/${id}`);
  const { left } = await stock('before');
  const event = { id, sku: 'rope', quantity: 1, totalCents: 5 };
  await orders.messaging.publish(orderPlaced, event);
  await eventually(
    () => broker.queues().every(({ ready, unacked }) => ready + unacked === 0) || undefined,
    'both have handled it',
  );
  assert.deepEqual(await found('billing', `/invoices/${id}`), invoice);
  assert.equal(invoices.size, 2);
  assert.equal((await stock('before')).left, left);
});

/** Asks again for what was kept under this id: how much there is now. */
function stock(id) {
  return orders.messaging.send(reserveStock, { id, sku: 'carton', quantity: 1 });
}

test('neither an event nor a command that is not valid leaves its sender', async () => {
  await assert.rejects(orders.messaging.publish(orderPlaced, { id: 'o-1', sku: 'boat', quantity: 1, totalCents: 1 }), {
    code: 'PAYLOAD_INVALID',
  });
  await assert.rejects(orders.messaging.send(reserveStock, { id: '', sku: 'carton', quantity: 1 }), {
    code: 'PAYLOAD_INVALID',
  });
});

test('a poison message is handled again, goes to the dead letters and is replayed after the fix', async () => {
  const id = await order('compass');
  const [{ envelope, note }] = await deadLetters('order.placed.billing', 1);
  assert.equal(envelope.key, id);
  const { reason, code, attempts } = note;
  assert.deepEqual({ reason, code, attempts }, { reason: 'failed', code: 'TAX_UNKNOWN', attempts: 3 });
  assert.equal((await fetch(`${urls.billing}/invoices/${id}`)).status, 404);

  const fixed = createBilling(settings, connected(), invoices);
  urls.billing = (await fixed.start()).url;
  await billing.stop();
  billing = fixed;
  assert.equal(broker.replay('order.placed.billing'), 1);
  assert.equal((await found('billing', `/invoices/${id}`)).order, id);
  await deadLetters('order.placed.billing', 0);
});

test('without a carton the parcel waits among the dead letters, at once: inventory said that another try is of no use', async () => {
  // Of five cartons, three orders and a command have taken four.
  await found('shipping', `/parcels/${await order('rope')}`);
  await order('rope');
  const [{ note }] = await deadLetters('order.placed.shipping', 1);
  assert.equal(note.attempts, 1);
  assert.match(note.message, /There are 0 of carton/);
});

test('while inventory is away the command waits for it', async () => {
  await inventory.stop();
  await orders.messaging.publish(orderPlaced, { id: 'o-9', sku: 'rope', quantity: 1, totalCents: 900 });
  await eventually(
    () => broker.queues().find(({ name, ready }) => name === 'stock.reserve' && ready === 1),
    'the command is in its queue',
  );
  const again = createInventory({ ...settings, cartons: 1 }, connected());
  await again.start();
  try {
    assert.deepEqual(await found('shipping', '/parcels/o-9'), { order: 'o-9', sku: 'rope', quantity: 1 });
  } finally {
    await again.stop();
  }
});

test('where there never was an inventory the event is tried again, and kept', async () => {
  const elsewhere = createMemoryBroker();
  const there = () => ({ transport: memoryTransport({ broker: elsewhere }) });
  const lonely = createShipping({ ...settings, ...retry }, there());
  await lonely.start();
  await lonely.messaging.publish(orderPlaced, { id: 'o-10', sku: 'rope', quantity: 1, totalCents: 900 });
  const queue = 'order.placed.shipping';
  const [{ note }] = await eventually(
    () => (elsewhere.deadLetters(queue).length === 1 ? elsewhere.deadLetters(queue) : undefined),
    'a dead letter',
  );
  assert.deepEqual({ code: note.code, attempts: note.attempts }, { code: 'NO_ANSWER', attempts: 3 });
  await lonely.stop();
});
