'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { createDatabase } = require('../dist/database/database.js');
const { migrate } = require('../dist/database/migrations.js');

const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const limits = { connections: 2, connectTimeoutMs: 2_000, statementTimeoutMs: 1_000 };
const signal = new AbortController().signal;

/** Works with a database that is migrated, and closes it. */
async function withDatabase(work) {
  const database = createDatabase({ ...limits, url: null }, { name: 'tested', log });
  try {
    await database.start(signal);
    await work(database);
  } finally {
    await database.stop(signal);
  }
}

test('a transaction stores all or nothing', () =>
  withDatabase(async (database) => {
    const insert = (sql, sku) => sql.query("insert into products (sku, name, cents) values ($1, 'A thing', 1)", [sku]);
    const count = async () => (await database.query('select sku from products')).length;
    await assert.rejects(
      database.transaction(async (sql) => {
        await insert(sql, 'one');
        throw new Error('it failed half way');
      }),
      /half way/,
    );
    assert.equal(await count(), 0);
    await database.transaction((sql) => insert(sql, 'one'));
    assert.equal(await count(), 1);
    // What is wrong with a statement is thrown as it is.
    await assert.rejects(insert(database, 'one'), { code: '23505' });
  }));

test('migrates once', () =>
  withDatabase(async (database) => {
    assert.deepEqual(await database.transaction(migrate), []);
    const applied = await database.query('select name from migrations order by name');
    assert.equal(applied[0].name, '001 products');
  }));

test('a start without a server fails, and says nothing of the password', async () => {
  // Port 9 is nobody's.
  const url = 'postgres://somebody:hunter2secret@127.0.0.1:9/products';
  const database = createDatabase({ ...limits, url }, { name: 'tested', log });
  await assert.rejects(database.start(signal), (error) => {
    assert.match(error.message, /ECONNREFUSED/);
    assert.doesNotMatch(error.message, /hunter2secret/);
    return true;
  });
  await assert.rejects(database.query('select 1'), { code: 'DATABASE_AWAY', status: 503, retryable: true });
  await database.stop(signal);
});
