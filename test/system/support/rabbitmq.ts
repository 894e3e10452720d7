import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './server';

const run = promisify(execFile);
const binaries = '/usr/lib/rabbitmq/bin';

/** The programs it needs, for `testWith`. */
export const rabbitPrograms = ['rabbitmq-server', 'erl', 'epmd'] as const;

/** A real RabbitMQ in processes of its own, with its data in a temporary folder. */
export interface RabbitMq {
  readonly port: number;
  /** Of the user guest. */
  readonly url: string;
  /** The same over TLS, where it was started with it. */
  readonly tlsUrl: string;
  /** Runs rabbitmqctl. @returns what it printed */
  ctl(...args: string[]): Promise<string>;
  /** The broker's process ends at once, as by a power cut; its data stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and data. */
  boot(): Promise<void>;
  /** The broker closes everything; its process stays. The quick way to take it away (6 s). */
  stopApp(): Promise<void>;
  /** After `stopApp` (2 s). */
  startApp(): Promise<void>;
  /** Its process hangs: connections stay open and nothing moves. */
  freeze(): void;
  /** After `freeze`. */
  thaw(): void;
  /** Out of memory: whoever publishes is blocked. False: it is over. */
  alarm(on: boolean): Promise<void>;
  /** Ends everything and deletes the data. */
  stop(): Promise<void>;
}

/** What it shows to clients over TLS, and whose certificates it asks them for; PEM texts. */
export interface RabbitTls {
  readonly cert: string;
  readonly key: string;
  readonly clients: string;
}

/** Starts one on free ports and waits until it takes connections: 10 to 25 s, so a file of tests shares one. */
export async function startRabbitMq(tls?: RabbitTls): Promise<RabbitMq> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-rabbitmq-'));
  const [port, epmdPort] = [await freePort(), await freePort()];
  const tlsPort = await freePort();
  const env = environment(
    folder,
    port,
    await freePort(),
    epmdPort,
    tls === undefined ? [] : secured(folder, tlsPort, tls),
  );
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { stdio: 'ignore' });
  let broker: ChildProcess | undefined;
  const ctl = async (...args: string[]): Promise<string> =>
    (await run(join(binaries, 'rabbitmqctl'), ['--quiet', ...args], { env })).stdout;
  const signal = (name: NodeJS.Signals): void => {
    if (broker?.pid !== undefined && broker.exitCode === null && broker.signalCode === null)
      process.kill(-broker.pid, name);
  };
  const boot = async (): Promise<void> => {
    broker = launch(env);
    await answering(port, broker);
  };
  const kill = async (): Promise<void> => {
    const ended = broker !== undefined && broker.exitCode === null ? once(broker, 'exit') : undefined;
    signal('SIGKILL');
    await ended;
    broker = undefined;
  };
  const stop = async (): Promise<void> => {
    await kill();
    epmd.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await boot().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    tlsUrl: `amqps://guest:guest@127.0.0.1:${tlsPort}`,
    ctl,
    kill,
    boot,
    stop,
    stopApp: async () => void (await ctl('stop_app')),
    startApp: async () => void (await ctl('start_app')),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    alarm: async (on) => void (await ctl('set_vm_memory_high_watermark', 'absolute', on ? '1' : '2GB')),
  };
}

/** Lines of its configuration. */
function secured(folder: string, port: number, { cert, key, clients }: RabbitTls): string[] {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return [
    `listeners.ssl.1 = 127.0.0.1:${port}`,
    `ssl_options.certfile = ${file('server.pem', cert)}`,
    `ssl_options.keyfile = ${file('server-key.pem', key)}`,
    `ssl_options.cacertfile = ${file('clients.pem', clients)}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
  ];
}

function environment(
  folder: string,
  port: number,
  distPort: number,
  epmdPort: number,
  more: readonly string[],
): NodeJS.ProcessEnv {
  for (const name of ['home', 'mnesia', 'log']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n');
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    [
      'vm_memory_high_watermark.absolute = 2GB',
      'disk_free_limit.absolute = 50MB',
      'log.console = false',
      ...more,
      '',
    ].join('\n'),
  );
  return {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    RABBITMQ_NODENAME: `keelson${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}

// A process group of its own: the server is a shell script, and its Erlang must end with it.
function launch(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(join(binaries, 'rabbitmq-server'), [], { env, stdio: 'ignore', detached: true });
}

/** Waits until it speaks AMQP, for at most two minutes. */
async function answering(port: number, broker: ChildProcess): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await speaks(port))) {
    if (broker.exitCode !== null) throw new Error(`rabbitmq-server ended with ${broker.exitCode}`);
    if (performance.now() > end) throw new Error('rabbitmq-server did not answer within two minutes');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function speaks(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(5_000, () => socket.destroy());
  const answer = new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
  socket.write('AMQP\0\0\x09\x01');
  const yes = await answer;
  socket.destroy();
  return yes;
}
