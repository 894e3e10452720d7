import { type PGliteInterface } from '@electric-sql/pglite';
import { KeelsonError, type Component, type Logger } from 'keelson';
import { type Database } from './database';
import { migrate } from './migrations';

/** PostgreSQL compiled to WebAssembly, within the process: nothing to install, and its data is gone when the service stops. */
export function embedded(log: Logger): Database & Component {
  let database: PGliteInterface | undefined;
  const opened = (): PGliteInterface => {
    if (database !== undefined) return database;
    throw new KeelsonError('DATABASE_AWAY', 'The database is not open.', { status: 503, retryable: true });
  };
  const query = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await opened().query<Row>(text, [...values])).rows;
  const transaction: Database['transaction'] = (work) =>
    opened().transaction((sql) =>
      work({
        query: async <Row>(text: string, values: readonly unknown[] = []) =>
          (await sql.query<Row>(text, [...values])).rows,
      }),
    );
  return {
    name: 'database',
    async start() {
      log.warn('The database is in memory: its data is gone when the service stops. DATABASE_URL names a real one.');
      database = await open();
      log.info('migrated', { migrations: await transaction(migrate) });
    },
    async stop() {
      await database?.close();
      database = undefined;
    },
    async check() {
      await query('select 1');
    },
    query,
    transaction,
  };
}

/** It is a development dependency, and large: loaded when it is needed, and not there in production. */
async function open(): Promise<PGliteInterface> {
  try {
    const [{ PGlite }, { dataDir }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite-prepopulatedfs'),
    ]);
    // The files of an empty database are ready made, which saves two thirds of the start.
    return await PGlite.create({ loadDataDir: await dataDir() });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('Set DATABASE_URL: the embedded database is a development dependency and is not installed.', {
      cause: error,
    });
  }
}
