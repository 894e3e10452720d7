// What a service needs around it in order to start as in its image, told by its dependencies: a PostgreSQL server for pg.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { handOver, unprivileged } from './image.mjs';

/** Starts it below a folder. Resolves to the environment that names it, and a function that ends it. */
export async function startNeeds({ dependencies }, folder) {
  if (dependencies.pg === undefined) return { env: {}, stop: () => undefined };
  const data = join(folder, 'postgres');
  mkdirSync(data, { recursive: true });
  handOver(data);
  const programs = postgresPrograms();
  const port = await freePort();
  const run = (name, ...args) => {
    const [program, ...rest] = unprivileged([join(programs, name), ...args]);
    return [program, rest, { cwd: data, stdio: ['ignore', 'ignore', 'pipe'] }];
  };
  // Trust is enough: it listens on this machine only, and holds nothing.
  execFileSync(...run('initdb', '-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '-N'));
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: data, fsync: 'off' };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const server = spawn(...run('postgres', '-D', data, ...flags));
  await accepting(server);
  const stop = async () => {
    // An immediate stop: the server ends its processes.
    server.kill('SIGQUIT');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  };
  return { env: { DATABASE_URL: `postgres://tester@127.0.0.1:${port}/postgres` }, stop };
}

/** Waits for the line of its log that says so. */
async function accepting(server) {
  let log = '';
  await new Promise((resolve, reject) => {
    server.stderr.on('data', (chunk) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.on('exit', (code) => reject(new Error(`postgres ended with ${code}:\n${log}`)));
  });
}

/** Debian keeps the server's programs out of the PATH. */
function postgresPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const found = [...versions.sort().reverse(), ...process.env.PATH.split(':')].find((path) =>
    existsSync(join(path, 'initdb')),
  );
  if (found === undefined) throw new Error('there is no PostgreSQL server: install the package postgresql');
  return found;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
