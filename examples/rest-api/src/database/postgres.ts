import { KeelsonError, type Component, type Logger } from 'keelson';
import { Client, DatabaseError, Pool, type ClientBase, type PoolClient } from 'pg';
import { type Database, type DatabaseOptions, type Sql } from './database';
import { migrate } from './migrations';

interface PostgresOptions extends DatabaseOptions {
  readonly url: string;
  /** Of the service: what the server's own lists of connections call it. */
  readonly name: string;
  readonly log: Logger;
}

/** A PostgreSQL server. Nothing waits for it without a limit, and what fails while it is away works again when it is back. */
export function postgres(options: PostgresOptions): Database & Component {
  const { url, name, log, connections, connectTimeoutMs, statementTimeoutMs } = options;
  const connection = { connectionString: url, application_name: name, connectionTimeoutMillis: connectTimeoutMs };
  const pool = new Pool({
    ...connection,
    max: connections,
    statement_timeout: statementTimeoutMs,
    // Of this side, for a server that says nothing any more: then the connection is given up.
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
    keepAlive: true,
  });
  // Without listeners a connection that breaks ends the process: the pool's is for idle ones, each one's own for those in use.
  pool.on('error', (error) => log.warn('a database connection broke', { error }));
  pool.on('connect', (client) => client.on('error', () => undefined));

  // Nothing has been sent yet: whatever it was for may be tried again.
  const connected = (): Promise<PoolClient> => pool.connect().catch((error: unknown) => failed(error, false));

  async function query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    const client = await connected();
    try {
      const rows = await run<Row>(client, text, values, !reads.test(text));
      client.release();
      return rows;
    } catch (error) {
      // A connection that has not come to an answer is not used again.
      client.release(!(error instanceof DatabaseError));
      throw error;
    }
  }

  return {
    name: 'database',
    async start(signal) {
      // On a connection of its own, as a migration may take longer than a statement.
      const client = new Client(connection);
      client.on('error', () => undefined);
      const giveUp = (): void => void client.end();
      signal.addEventListener('abort', giveUp);
      try {
        await client.connect();
        log.info('migrated', { migrations: await inTransaction(client, migrate) });
      } finally {
        signal.removeEventListener('abort', giveUp);
        await client.end();
      }
    },
    stop: () => pool.end(),
    async check() {
      await query('select 1');
      return { details: { connections: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount } };
    },
    query,
    async transaction(work) {
      const client = await connected();
      return inTransaction(client, work, client);
    },
  };
}

/** What stores nothing. `with` is not among them, as it may change data; a function that does is called in a transaction. */
const reads = /^\s*select\b/i;

/** @param stores when the server has carried it out, that cannot be taken back */
async function run<Row>(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
  stores = false,
): Promise<Row[]> {
  const { rows } = await client.query(text, [...values]).catch((error: unknown) => failed(error, stores));
  return rows as Row[];
}

async function inTransaction<T>(client: ClientBase, work: (sql: Sql) => Promise<T>, pooled?: PoolClient): Promise<T> {
  try {
    await run(client, 'begin');
    const result = await work({ query: (text, values) => run(client, text, values) });
    // Until here nothing is stored: a connection that breaks takes all of it back.
    await run(client, 'commit', [], true);
    pooled?.release();
    return result;
  } catch (error) {
    // A connection that cannot even do that is not used again.
    const broken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    pooled?.release(broken);
    throw error;
  }
}

/** SQLSTATEs of a server that is fine but has no place (53), stops, starts or fails (57P, 58), or whose connection broke (08). */
const away = /^(08|53|57P|58)/;

/**
 * That the database is away is no bug of this service, and the caller may try again; but not blindly where something was sent that may have been stored: then
 * `details.outcome` is `unknown`. What the database says of a statement, and what is a bug, is thrown as it is.
 */
function failed(error: unknown, stores: boolean): never {
  const code = error instanceof DatabaseError ? (error.code ?? '') : undefined;
  // The server has ended it, and says so: nothing is stored.
  if (code === '57014')
    throw new KeelsonError('TIMEOUT', 'The database took too long.', { retryable: true, cause: error });
  if (code !== undefined && !away.test(code)) throw error;
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const more = stores ? { retryable: false, details: { outcome: 'unknown' } } : { retryable: true };
  // All that `query_timeout` says of itself.
  if (error instanceof Error && error.message === 'Query read timeout')
    throw new KeelsonError('TIMEOUT', 'The database did not answer in time.', { ...more, cause: error });
  throw new KeelsonError('DATABASE_AWAY', 'The database cannot be reached.', { ...more, status: 503, cause: error });
}
