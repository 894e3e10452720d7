// A private RabbitMQ: its own ports, its data in a temporary folder, on one core. A keeper process starts it and ends it when the benchmark ends, even if that
// is killed: the keeper's standard input closes then.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const self = fileURLToPath(import.meta.url);
const bootMs = 120_000;

/** Starts it on that core. `pid` is the server's; `stop` ends it and removes its folder. Its data are of no use afterwards, so it is ended at once. */
export async function startRabbit(core) {
  if (!existsSync(program)) throw new Error('RabbitMQ is needed (Debian: apt-get install rabbitmq-server)');
  // Out of the terminal's process group, so that Ctrl-C leaves it to the keeper to end in order.
  const keeper = spawn(process.execPath, [self, core], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const exited = new Promise((resolve) => keeper.once('exit', resolve));
  const { url, pid } = await new Promise((resolve, reject) => {
    keeper.stdout.once('data', (text) => resolve(JSON.parse(text)));
    keeper.once('exit', () => reject(new Error('RabbitMQ did not start')));
  });
  const stop = () => {
    keeper.stdin.end();
    return exited;
  };
  return { url, pid, stop };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => undefined);
    socket.once('close', (failed) => resolve(!failed));
  });

function settings(folder, ports) {
  mkdirSync(join(folder, 'log'));
  writeFileSync(join(folder, 'plugins'), '[].\n');
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}\ndisk_free_limit.absolute = 200MB\n`,
  );
  return {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `bench${process.pid}@localhost`,
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    // One scheduler, as it has one core, and no spinning while it waits.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
  };
}

function killed(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A child in a process group of its own, which ends with all that it started. */
function group(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return async () => {
    killed(-child.pid);
    await exited;
  };
}

/** The server is the child of a script, which ends after it if it can: who is orphaned leaves a zombie where nobody looks after them. */
async function endScript(pidFile, endGroup) {
  if (existsSync(pidFile)) {
    killed(Number(readFileSync(pidFile, 'utf8')));
    await sleep(200);
  }
  await endGroup();
}

/** Resolves with whether it answers within its time. */
async function booted(port) {
  for (const end = Date.now() + bootMs; Date.now() < end; await sleep(100)) {
    if (await answers(port)) return true;
  }
  return false;
}

async function keep(core) {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-rabbitmq-'));
  const ports = { amqp: await freePort(), epmd: await freePort(), distribution: await freePort() };
  const env = settings(folder, ports);
  const log = openSync(join(folder, 'out'), 'w');
  const options = { env, cwd: folder, stdio: ['ignore', log, log] };
  // Erlang would start a daemon that outlives it.
  const endNames = group('epmd', ['-port', String(ports.epmd), '-address', '127.0.0.1'], options);
  const endServer = group('taskset', ['-c', core, program], options);
  const end = async (code) => {
    await endScript(env.RABBITMQ_PID_FILE, endServer);
    await endNames();
    rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  };
  process.stdin.resume().once('close', () => void end(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(1));
  if (await booted(ports.amqp)) {
    const pid = Number(readFileSync(env.RABBITMQ_PID_FILE, 'utf8'));
    console.log(JSON.stringify({ url: `amqp://guest:guest@127.0.0.1:${ports.amqp}`, pid }));
    return;
  }
  console.error(readFileSync(join(folder, 'out'), 'utf8'));
  await end(1);
}

if (process.argv[1] === self) await keep(process.argv[2]);
