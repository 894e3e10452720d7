// node scripts/with-postgres.mjs COMMAND ...: runs a command with DATABASE_URL naming an empty database of a PostgreSQL server that is made for it, with its data in a
// temporary folder, on a free port of 127.0.0.1. Ends with the command's exit code.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [command, ...words] = process.argv.slice(2);
if (command === undefined) throw new Error('node scripts/with-postgres.mjs COMMAND ...');
const folder = mkdtempSync(join(tmpdir(), 'keelson-postgres-'));
const data = join(folder, 'data');
const port = await freePort();
const as = userOfServer();
if (as !== undefined) chownSync(folder, as.uid, as.gid);
const programs = folderOfPrograms();
const run = (program, ...args) =>
  execFileSync(join(programs, program), args, { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });

try {
  const password = join(folder, 'password');
  writeFileSync(password, 'for-a-test', { mode: 0o644 });
  run('initdb', '-D', data, '-U', 'tester', '-A', 'scram-sha-256', '--pwfile', password, '-E', 'UTF8', '-N');
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  run('pg_ctl', 'start', '-D', data, '-o', options, '-l', join(folder, 'log'), '-w');
  const env = { ...process.env, DATABASE_URL: `postgres://tester:for-a-test@127.0.0.1:${port}/postgres` };
  const { status, error } = spawnSync(command, words, { env, stdio: 'inherit' });
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
} finally {
  if (existsSync(join(data, 'postmaster.pid'))) run('pg_ctl', 'stop', '-D', data, '-m', 'immediate', '-w');
  rmSync(folder, { recursive: true, force: true });
}

/** Where the server's programs are: Debian keeps them out of the PATH. */
function folderOfPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const folders = [...versions.sort().reverse(), ...process.env.PATH.split(':')];
  const found = folders.find((one) => existsSync(join(one, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: there is no initdb.');
  return found;
}

/** The server refuses to run as root; Debian's package has made a user for it. */
function userOfServer() {
  if (process.getuid() !== 0) return undefined;
  const id = (which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  await once(server, 'close');
  return free;
}
