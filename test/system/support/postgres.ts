import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './server';

const run = promisify(execFile);

/** A real PostgreSQL server in processes of its own, with its data in a temporary folder. */
export interface Postgres {
  readonly port: number;
  readonly password: string;
  /** Of an existing database. */
  url(database: string): string;
  /** Makes an empty database. @returns its URL */
  database(name: string): Promise<string>;
  /** Runs SQL as psql does. @returns the rows, columns separated by `|` */
  sql(database: string, text: string): Promise<string>;
  /** Its processes end at once, as by a power cut; its data stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and data. */
  boot(): Promise<void>;
  /** Its processes hang: connections stay open and nothing moves. */
  freeze(): Promise<void>;
  /** After `freeze`. */
  thaw(): Promise<void>;
  /** Ends everything and deletes the data. */
  stop(): Promise<void>;
}

/** Where the server's programs are: Debian keeps them out of the PATH. */
function folderOfPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const inPath = (process.env['PATH'] ?? '').split(':');
  return [...versions.sort().reverse(), ...inPath].find((folder) => existsSync(join(folder, 'initdb')));
}

/** The programs it needs, for `testWith`. */
export const postgresPrograms: readonly string[] = ['pgrep', ...(folderOfPrograms() === undefined ? ['initdb'] : [])];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** It refuses to run as root. */
async function user(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run('id', [which, 'postgres'])).stdout)),
  );
  return { uid: uid as number, gid: gid as number };
}

/** Starts one on a free port of 127.0.0.1 and waits until it takes connections. */
export async function startPostgres(): Promise<Postgres> {
  const programs = folderOfPrograms() ?? '';
  const port = await freePort();
  const password = `secret-${Math.random().toString(36).slice(2)}`;
  const folder = mkdtempSync(join(tmpdir(), 'keelson-postgres-'));
  const as = await user();
  const options = { ...as, cwd: folder };
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  writeFileSync(passwordFile, password, { mode: 0o644 });
  let server: ChildProcess | undefined;

  const url = (database: string): string => `postgres://tester:${password}@127.0.0.1:${port}/${database}`;
  const sql = async (database: string, text: string): Promise<string> =>
    (await run(join(programs, 'psql'), [url(database), '-XAtqc', text])).stdout.trim();
  /** Each connection has a process of its own, which is in no group with the server's. */
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const { stdout } = await run('pgrep', ['-P', String(server.pid)]).catch(() => ({ stdout: '' }));
    server.kill(name);
    for (const pid of stdout.split('\n').filter(Boolean).map(Number)) if (isAlive(pid)) process.kill(pid, name);
  };
  const boot = async (): Promise<void> => {
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, fsync: 'off' };
    const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const child = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
      ...options,
      stdio: 'ignore',
    });
    server = child;
    for (const end = performance.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      if (performance.now() > end) throw new Error('postgres did not answer within a minute');
      if (await sql('postgres', 'select 1').catch(() => undefined)) return;
    }
  };
  const kill = async (): Promise<void> => {
    const ended = server !== undefined && server.exitCode === null ? once(server, 'exit') : undefined;
    await signal('SIGKILL');
    await ended;
    server = undefined;
    rmSync(join(data, 'postmaster.pid'), { force: true });
  };
  const stop = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const database = async (name: string): Promise<string> => {
    await sql('postgres', `create database ${name}`);
    return url(name);
  };
  try {
    const flags = ['-U', 'tester', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '-N'];
    await run(join(programs, 'initdb'), ['-D', data, ...flags], options);
    await boot();
  } catch (error) {
    await stop();
    throw error;
  }
  const freeze = (): Promise<void> => signal('SIGSTOP');
  const thaw = (): Promise<void> => signal('SIGCONT');
  return { port, password, url, database, sql, kill, boot, freeze, thaw, stop };
}
