import { type Sql } from './database';

/** One step of the schema: a single statement. */
interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * In this order, each once. Add at the end, and never change one that has run somewhere. While a rollout is under way, and after it is rolled back, older instances use the
 * new schema: what they need is removed by a later release.
 *
 * The start of a component is ended after 60 s: what takes longer is rolled back, at each restart again. Run that outside, before the release, and `create index concurrently`
 * too, which refuses to be in a transaction. Here it then stands with `if not exists`, without `concurrently`.
 */
const migrations: readonly Migration[] = [
  {
    name: '001 products',
    // Collation C: sorted by bytes, on every machine alike.
    sql: `create table products (
      sku text collate "C" primary key,
      name text not null,
      cents integer not null check (cents >= 0),
      version integer not null default 1,
      updated_at timestamptz not null default now()
    )`,
  },
];

/** Any number, the same in all instances. */
const lock = 7_306_140_551;

/** Brings the schema up to date, within a transaction: all steps or none. Instances that start at the same time wait for each other. @returns the names of those that ran */
export async function migrate(sql: Sql): Promise<string[]> {
  await sql.query(`select pg_advisory_xact_lock(${lock})`);
  await sql.query(
    'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
  );
  const applied = new Set((await sql.query<Migration>('select name from migrations')).map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of pending) {
    await sql.query(migration.sql);
    await sql.query('insert into migrations (name) values ($1)', [migration.name]);
  }
  return pending.map(({ name }) => name);
}
