import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const example = join(__dirname, '../../../examples/minimal');
let built = false;

/** An instance of the example in a process of its own. */
export interface Instance {
  readonly child: ChildProcess;
  readonly port: number;
  /** Its log, line by line, as it comes. */
  readonly lines: Record<string, unknown>[];
  readonly exited: Promise<number | null>;
}

/** Starts the example on a free port and waits until it is ready. */
export async function startGreeter(env: Readonly<Record<string, string>> = {}): Promise<Instance> {
  if (!built)
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', example], { stdio: 'inherit' });
  built = true;
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: example,
    env: { ...process.env, PORT: '0', HTTP_HOST: '127.0.0.1', LOG_ACCESS: 'false', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: Record<string, unknown>[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    void exited.then((code) => reject(new Error(`the instance ended with ${code}: ${JSON.stringify(lines)}`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      if (line['message'] === 'ready') resolve(line['port'] as number);
    });
  });
  return { child, port, lines, exited };
}

/** What happened to the requests of all clients. */
export interface Tally {
  sent: number;
  answered: number;
  failed: number;
  moved: number;
  errors: string[];
}

/** A client with one connection that sends the next request as soon as it has the answer; it moves on when an answer says `Connection: close`. */
export async function closingClient(port: () => number, over: () => boolean, tally: Tally): Promise<void> {
  let agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let at = port();
  while (!over()) {
    tally.sent += 1;
    try {
      const { status, close } = await hello(at, agent);
      tally.answered += 1;
      if (status !== 200) tally.failed += 1;
      if (!close) continue;
      tally.moved += 1;
    } catch (error) {
      tally.failed += 1;
      tally.errors.push(String(error));
    }
    agent.destroy();
    agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    at = port();
  }
  agent.destroy();
}

function hello(port: number, agent: http.Agent): Promise<{ status: number; close: boolean }> {
  return new Promise((resolve, reject) => {
    const req = http.get({ host: '127.0.0.1', port, path: '/hello/Ada', agent }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('error', reject);
      res.on('end', () => {
        if (body !== '{"message":"hello Ada"}') reject(new Error(`an answer was not whole: ${body}`));
        else resolve({ status: res.statusCode as number, close: res.headers.connection === 'close' });
      });
    });
    req.on('error', reject);
  });
}
