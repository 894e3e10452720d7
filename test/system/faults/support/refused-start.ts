import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../../support/free-port';

const program = join(__dirname, '../fixtures/configured.cjs');

/** What no report may print, in whatever case; planted wherever a secret may stand. */
export const canary = 'cAnArY-5e1f-0000';
/** Long enough for the required secret of the program. */
export const goodToken = 'a token that is long enough';

/** A configuration that must be refused. */
export interface Wrong {
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Text by path, below the working directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** For what no text can say: links, modes, folders. */
  readonly prepare?: (folder: string) => void;
  /** The settings, or files, that are wrong: each has a line of the report to itself. */
  readonly wrong: readonly string[];
  /** What else the report must say. */
  readonly named?: readonly string[];
}

/** How the program took it. */
export interface Refusal {
  readonly code: number | null;
  /** Could anybody connect to its port, at whatever moment? */
  readonly opened: boolean;
  readonly stdout: string;
  readonly report: string;
  readonly tookMs: number;
}

/** Starts the program with this configuration, in a folder of its own, and tries its port until it has ended. */
export async function startWrongly({ env, flags = [], files = {}, prepare }: Wrong): Promise<Refusal> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-wrong-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    prepare?.(folder);
    const port = await freePort();
    const given = { PATH: process.env['PATH'], PORT: String(port), HTTP_HOST: '127.0.0.1', API_TOKEN: goodToken };
    return await watch([program, ...flags], folder, { ...given, ...env }, port);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, port: number): Promise<Refusal> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let report = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (report += chunk));
  const exited = once(child, 'exit').then(() => performance.now() - begun);
  const closed = once(child, 'close');
  let opened = false;
  while (child.exitCode === null && !opened && performance.now() - begun < 5_000) opened = await isOpen(port);
  child.kill('SIGKILL');
  await closed;
  return { code: child.exitCode, opened, stdout, report, tookMs: await exited };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
