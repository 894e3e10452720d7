'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { createService } = require('keelson');
const { createTestNetwork, startTestService, stubService, until } = require('keelson/testing');
const { productChanged } = require('../dist/product.js');
const { createCatalog } = require('../dist/service.js');

// One service for all tests of this file, as a database takes a second to start.
const network = createTestNetwork({ closeBy: after });
/** An empty database of a real server, else the embedded one. */
const database = { url: process.env.TEST_DATABASE_URL ?? null };
const heard = [];
let service;
let ratings;

/** Stands for whoever wants to know of changes. */
function createSearch(settings) {
  const search = createService({ name: 'search', settings });
  search.messaging.subscribe(productChanged, ({ data }) => void heard.push(data));
  return search;
}

before(async () => {
  ratings = await stubService('ratings', { network });
  await startTestService(createSearch, { network });
  const settings = { database, ratings: { url: 'ratings', timeoutMs: 10_000 } };
  service = await startTestService(createCatalog, { network, settings });
});

async function ask(method, path, json) {
  const answer = await service.request(path, { method, json });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const create = (sku, cents = 900) => ask('POST', '/products', { sku, name: `The ${sku}`, cents });

test('creates a product, which can be read where the answer says', async () => {
  ratings.on('GET', '/ratings/:sku', { json: { stars: 4.5, votes: 12 } });
  const { status, headers, body } = await create('rope');
  assert.equal(status, 201);
  const { updatedAt, ...product } = body;
  assert.deepEqual(product, { sku: 'rope', name: 'The rope', cents: 900, version: 1 });
  assert.ok(Date.parse(updatedAt) <= Date.now() + 60_000);
  const read = await ask('GET', headers.get('location'));
  assert.deepEqual(read.body, { ...body, rating: { known: true, stars: 4.5, votes: 12 } });
});

test('a creation that is sent twice makes one product', async () => {
  await create('compass');
  const { status, headers, body } = await create('compass', 1);
  assert.equal(status, 409);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(body.code, 'PRODUCT_EXISTS');
  assert.equal((await ask('GET', '/products/compass')).body.cents, 900);
});

test('names every field that is wrong', async () => {
  const { status, body } = await ask('POST', '/products', {
    sku: 'A rope',
    name: 'a\u0000b',
    cents: 0.5,
    colour: 'red',
  });
  assert.equal(status, 422);
  assert.equal(body.code, 'PAYLOAD_INVALID');
  assert.deepEqual(
    body.errors.map(({ pointer }) => pointer),
    ['/sku', '/name', '/cents', ''],
  );
});

test('lists page by page, each product once, also when some are added meanwhile', async () => {
  for (const sku of ['page-1', 'page-2', 'page-4', 'page-5']) await create(sku);
  const listed = [];
  let next = '/products?after=page-0&limit=2';
  while (next !== null) {
    const { status, body } = await ask('GET', next);
    assert.equal(status, 200);
    assert.ok(body.products.length <= 2);
    listed.push(...body.products.map(({ sku }) => sku));
    if (listed.length === 2) await Promise.all([create('page-1-too-late'), create('page-3')]);
    next = body.next;
  }
  assert.deepEqual(
    listed.filter((sku) => sku.startsWith('page-')),
    ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'],
  );
});

test('the size of a page is bounded', async () => {
  for (const limit of ['0', '101', '-1', '1.5', 'all', ''])
    assert.equal((await ask('GET', `/products?limit=${limit}`)).status, 400, limit);
});

test('updates what the caller has seen, and nothing else', async () => {
  await create('anchor');
  const update = (version, cents) => ask('PUT', '/products/anchor', { name: 'An anchor', cents, version });
  const [one, other] = await Promise.all([update(1, 100), update(1, 200)]);
  assert.deepEqual([one.status, other.status].sort(), [200, 409]);
  const [done, refused] = one.status === 200 ? [one, other] : [other, one];
  assert.deepEqual(
    { code: refused.body.code, version: refused.body.version },
    { code: 'VERSION_CONFLICT', version: 2 },
  );
  const { name, cents, version } = (await ask('GET', '/products/anchor')).body;
  assert.deepEqual({ name, cents, version }, { name: 'An anchor', cents: done.body.cents, version: 2 });
  assert.equal((await update(2, 300)).body.version, 3);
});

test('deletes', async () => {
  await create('boat');
  assert.equal((await ask('DELETE', '/products/boat')).status, 204);
  for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { name: 'A boat', cents: 1, version: 1 }]]) {
    const answer = await ask(method, '/products/boat', body);
    assert.deepEqual([answer.status, answer.body.code], [404, 'NOT_FOUND'], method);
  }
});

test('says that it does not know the rating when ratings fails, or answers nonsense', async () => {
  await create('lamp');
  for (const given of [{ status: 503 }, { fault: 'bad-bytes' }, { json: { stars: 'many' } }]) {
    ratings.on('GET', '/ratings/lamp', given);
    const { status, body } = await ask('GET', '/products/lamp');
    assert.equal(status, 200);
    assert.deepEqual(body.rating, { known: false });
  }
});

test('waits an odd number of milliseconds for a rating, too', async () => {
  const settings = { ratings: { url: 'ratings', timeoutMs: 601 } };
  const odd = await startTestService(createCatalog, { network, settings });
  await odd.stop();
});

test('tells subscribers of each change', async () => {
  const { cents, version } = (await create('sail')).body;
  await ask('PUT', '/products/sail', { name: 'A sail', cents: cents + 1, version });
  await ask('DELETE', '/products/sail');
  const ofSail = () => heard.filter(({ sku }) => sku === 'sail');
  await until(() => ofSail().length === 3, { what: 'three events' });
  assert.deepEqual(
    ofSail().sort((one, other) => (one.change < other.change ? -1 : 1)),
    [
      { change: 'created', sku: 'sail', name: 'The sail', cents: 900, version: 1 },
      { change: 'deleted', sku: 'sail', name: 'A sail', cents: 901, version: 2 },
      { change: 'updated', sku: 'sail', name: 'A sail', cents: 901, version: 2 },
    ],
  );
});

test('its health includes the database', async () => {
  const status = () => service.metric('keelson_health_check_status', { check: 'database' });
  await until(async () => (await status()) === 1, { what: 'the first result of the check' });
});

test('counts its statements', async () => {
  for (const operation of ['INSERT', 'SELECT', 'UPDATE', 'DELETE']) {
    const labels = { db_operation_name: operation, outcome: 'success' };
    assert.ok((await service.metric('db_client_operation_duration_seconds_count', labels)) > 0, operation);
  }
});
