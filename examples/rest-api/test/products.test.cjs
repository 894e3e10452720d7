'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { createService } = require('keelson');
const { createMemoryBroker, memoryTransport } = require('keelson/messaging');
const { productChanged } = require('../dist/product.js');
const { createCatalog } = require('../dist/service.js');

const settings = {
  http: { port: 0, host: '127.0.0.1' },
  instance: { host: '127.0.0.1' },
  discovery: { kind: 'memory' },
  log: { level: 'error' },
  shutdown: { signals: false },
};
const broker = createMemoryBroker();
const connected = () => ({ transport: memoryTransport({ broker }) });

/** Stands for the service that knows the ratings: answers with what it is told. */
const ratings = createService({ name: 'ratings', settings });
let rating;
ratings.app.get('/ratings/:sku', (_req, res) => res.status(rating === undefined ? 503 : 200).json(rating ?? {}));

/** Stands for whoever wants to know of changes. */
const search = createService({ name: 'search', settings, messaging: connected() });
const heard = [];
search.messaging.subscribe(productChanged, ({ data }) => void heard.push(data));

/** An empty database of a real server, else the embedded one. */
const database = { url: process.env.TEST_DATABASE_URL ?? null };
const service = createCatalog(
  { ...settings, database, ratings: { url: 'ratings', timeoutMs: 10_000 }, health: { intervalMs: 100 } },
  connected(),
);
let url;

before(async () => {
  await Promise.all([ratings.start(), search.start()]);
  ({ url } = await service.start());
});
after(() => Promise.all([service, ratings, search].map((one) => one.stop())));

/** Asks until it is so, for as long as a slow machine may take. */
async function eventually(question, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5)))
    if (await question()) return;
  throw new Error(`this did not come: ${what}`);
}

async function ask(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const create = (sku, cents = 900) => ask('POST', '/products', { sku, name: `The ${sku}`, cents });

test('creates a product, which can be read where the answer says', async () => {
  rating = { stars: 4.5, votes: 12 };
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
  for (const given of [undefined, { stars: 'many' }]) {
    rating = given;
    const { status, body } = await ask('GET', '/products/lamp');
    assert.equal(status, 200);
    assert.deepEqual(body.rating, { known: false });
  }
});

test('tells subscribers of each change', async () => {
  const { cents, version } = (await create('sail')).body;
  await ask('PUT', '/products/sail', { name: 'A sail', cents: cents + 1, version });
  await ask('DELETE', '/products/sail');
  const ofSail = () => heard.filter(({ sku }) => sku === 'sail');
  await eventually(() => ofSail().length === 3, 'three events');
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
  const known = () => service.health.report().components.database;
  await eventually(() => known().status === 'UP', 'the first result of the check');
});

test('counts its statements', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const operation of ['INSERT', 'SELECT', 'UPDATE', 'DELETE'])
    assert.match(
      metrics,
      new RegExp(
        `^db_client_operation_duration_seconds_count.db_operation_name="${operation}",outcome="success". [1-9]`,
        'm',
      ),
    );
});
