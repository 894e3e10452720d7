import { type Component, type Service } from 'keelson';
import { intBetween } from 'keelson/config';
import { embedded } from './embedded';
import { postgres } from './postgres';

/** Runs SQL. What the two databases differ in stays out of it: of the numbers use integer and double precision, as others come as text from one of them. */
export interface Sql {
  /**
   * Runs one statement. `$1` in it stands for the first of the values.
   *
   * @throws DATABASE_AWAY, TIMEOUT: not `retryable`, and with `details.outcome` 'unknown', where a change may have been stored; what the database says of a wrong statement is thrown as it is
   */
  query<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Sql {
  /** All of it is stored, or nothing when the work throws. Keep it short, and do not use the database itself within: the work has a connection of its own. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

export const databaseSettings = {
  url: {
    doc: 'PostgreSQL, such as postgres://user:password@host/name. Without it: one within the process, in memory, for development and tests',
    format: 'url',
    default: null as string | null,
    env: 'DATABASE_URL',
    sensitive: true,
  },
  connections: {
    doc: 'Connections of each instance at most; further statements wait for one',
    format: intBetween(1, 1_000),
    default: 10,
    env: 'DATABASE_CONNECTIONS',
  },
  connectTimeoutMs: {
    doc: 'How long a statement may wait for a connection, in ms',
    format: intBetween(100, 60_000),
    default: 2_000,
    env: 'DATABASE_CONNECT_TIMEOUT_MS',
  },
  statementTimeoutMs: {
    doc: 'How long a statement may run, in ms. Less than http.timeoutMs',
    format: intBetween(100, 600_000),
    default: 5_000,
    env: 'DATABASE_STATEMENT_TIMEOUT_MS',
  },
};

/** The values of these settings. */
export interface DatabaseOptions {
  readonly url: string | null;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A component: connects and migrates when the service starts, and closes when it stops. */
export function createDatabase(
  options: DatabaseOptions,
  { name, log }: Pick<Service, 'name' | 'log'>,
): Database & Component {
  const { url } = options;
  return url === null ? embedded(log) : postgres({ ...options, url, name, log });
}
