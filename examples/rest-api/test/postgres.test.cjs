'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:net');
const { test } = require('node:test');
const { createDatabase } = require('../dist/database/database.js');

const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const limits = { connections: 2, connectTimeoutMs: 2_000, statementTimeoutMs: 100 };

/** A message of PostgreSQL's protocol: its kind, its length, its content. */
function message(kind, content) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + content.length);
  return Buffer.concat([Buffer.from(kind), length, Buffer.from(content)]);
}
const ready = message('Z', 'I');
const done = Buffer.concat([message('C', 'DONE\0'), ready]);
const failure = (code) => Buffer.concat([message('E', `SERROR\0VERROR\0C${code}\0Mfailed\0\0`), ready]);

/** A database at a server that takes everybody, and then does with a statement what it is told: breaks the connection, says nothing, or answers. */
async function databaseThat(t, does) {
  const server = createServer((socket) => {
    t.after(() => socket.destroy());
    socket.on('error', nothing).once('data', () => {
      socket.write(Buffer.concat([message('R', '\0\0\0\0'), ready]));
      socket.on('data', (bytes) => does(bytes.toString('latin1'), socket));
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `postgres://tested@127.0.0.1:${server.address().port}/products`;
  const database = createDatabase({ ...limits, url }, { name: 'tested', log });
  t.after(() => database.stop());
  return database;
}

const breaks = (_text, socket) => void socket.destroy();
const hangs = nothing;
/** Answers all but what this fits. */
const answersBut = (pattern, does) => (text, socket) =>
  void (pattern.test(text) ? does(text, socket) : socket.write(done));

/** The parts of an error that say whether the caller may try again. */
async function failureOf(work) {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (reason) => reason,
  );
  const { code, status, retryable, details } = error;
  return { code, status, retryable, outcome: details?.outcome };
}
const away = { code: 'DATABASE_AWAY', status: 503 };
const late = { code: 'TIMEOUT', status: 504 };
const unknown = { retryable: false, outcome: 'unknown' };
const again = { retryable: true, outcome: undefined };

test('when the connection breaks, what was only read may be asked again, and what was written may be stored', async (t) => {
  const database = await databaseThat(t, breaks);
  assert.deepEqual(await failureOf(database.query('select 1')), { ...away, ...again });
  for (const sql of ["insert into products values ('one')", 'with old as (delete from products) select 1'])
    assert.deepEqual(await failureOf(database.query(sql)), { ...away, ...unknown }, sql);
});

test('so it is when the server says nothing in time', async (t) => {
  const database = await databaseThat(t, hangs);
  const [read, written] = await Promise.all(
    ['select 1', 'delete from products'].map((sql) => failureOf(database.query(sql))),
  );
  assert.deepEqual(read, { ...late, ...again });
  assert.deepEqual(written, { ...late, ...unknown });
});

test('a transaction that breaks has stored nothing, unless it was being committed', async (t) => {
  const change = (sql) => sql.query('delete from products');
  const before = await databaseThat(t, answersBut(/delete/, breaks));
  assert.deepEqual(await failureOf(before.transaction(change)), { ...away, ...again });
  const committing = await databaseThat(t, answersBut(/commit/, breaks));
  assert.deepEqual(await failureOf(committing.transaction(change)), { ...away, ...unknown });
});

test('a statement that the server has ended did nothing', async (t) => {
  const database = await databaseThat(t, (_text, socket) => socket.write(failure('57014')));
  assert.deepEqual(await failureOf(database.query('delete from products')), { ...late, ...again });
});

test('a server that stops amid a statement may have carried it out', async (t) => {
  const database = await databaseThat(t, (_text, socket) => socket.end(failure('57P01')));
  assert.deepEqual(await failureOf(database.query('delete from products')), { ...away, ...unknown });
});

test('a mistake of the service is no failure of the database', async (t) => {
  const database = await databaseThat(t, answersBut(/never/, breaks));
  // A bigint has no place in JSON.
  await assert.rejects(database.query('select $1', [{ cents: 1n }]), TypeError);
  const refuses = {
    toPostgres() {
      throw new RangeError('too large');
    },
  };
  await assert.rejects(
    database.transaction((sql) => sql.query('select $1', [refuses])),
    RangeError,
  );
  await database.query('select 1');
});
