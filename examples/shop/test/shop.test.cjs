'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { createInventory } = require('../dist/inventory.js');
const { createOrders } = require('../dist/orders.js');
const { createPricing } = require('../dist/pricing.js');

const settings = {
  http: { port: 0, host: '127.0.0.1' },
  instance: { host: '127.0.0.1' },
  discovery: { kind: 'memory' },
  log: { level: 'error' },
  shutdown: { signals: false },
};
const inventory = createInventory({ ...settings, stock: 10 });
const pricing = createPricing(settings);
const orders = createOrders(settings);
let url;

before(async () => {
  await Promise.all([inventory.start(), pricing.start()]);
  ({ url } = await orders.start());
});
after(() => Promise.all([orders, pricing, inventory].map((service) => service.stop())));

function order(body) {
  return fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('takes an order, at the price of the day', async () => {
  const answer = await order({ sku: 'rope', quantity: 2 });
  assert.equal(answer.status, 201);
  const { id, ...taken } = await answer.json();
  assert.deepEqual(taken, { sku: 'rope', quantity: 2, totalCents: 1620, priceFrom: 'pricing' });
  const again = await fetch(url + answer.headers.get('location'));
  assert.deepEqual(await again.json(), { id, ...taken });
});

test('names every field that is wrong', async () => {
  const answer = await order({ sku: 'boat', quantity: 0 });
  assert.equal(answer.status, 422);
  const { code, errors } = await answer.json();
  assert.equal(code, 'PAYLOAD_INVALID');
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/sku', '/quantity'],
  );
});

test('sells no more than there is', async () => {
  const answer = await order({ sku: 'anchor', quantity: 11 });
  assert.equal(answer.status, 409);
  assert.equal((await answer.json()).code, 'OUT_OF_STOCK');
});

test('a reservation that is made twice counts once', async () => {
  const stock = orders.client('inventory');
  for (let i = 0; i < 3; i += 1) await stock.put('/reservations/the-same', { sku: 'compass', quantity: 6 });
  assert.equal((await order({ sku: 'compass', quantity: 4 })).status, 201);
  assert.equal((await order({ sku: 'compass', quantity: 1 })).status, 409);
});

test('sells at the list price when pricing is away, and nothing when the inventory is', async () => {
  await pricing.stop();
  const answer = await order({ sku: 'rope', quantity: 1 });
  assert.equal(answer.status, 201);
  const { totalCents, priceFrom } = await answer.json();
  assert.deepEqual({ totalCents, priceFrom }, { totalCents: 900, priceFrom: 'list' });

  await inventory.stop();
  const refused = await order({ sku: 'rope', quantity: 1 });
  assert.equal(refused.status, 503);
  assert.equal((await refused.json()).code, 'NO_INSTANCE');
});
