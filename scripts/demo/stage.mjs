// What the acts of the demo use: instances in processes of their own, requests, and the transcript.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const running = new Set();
const built = new Set();

export const title = (text) => console.log(`\n\x1b[1m${text}\x1b[0m`);
export const show = (text) => console.log(`  ${text}`);
export const check = (condition, what) => {
  if (!condition) throw new Error(`the demo failed: ${what}`);
};
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Compiles an example, once; returns its folder. */
export function build(name) {
  const folder = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  if (!built.has(name))
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
  built.add(name);
  return folder;
}

/** Starts one instance of a built example, on a free port if none is given, and waits until its log says that it is ready. */
export async function startInstance(folder, { args = [], port = 0, env = {} } = {}) {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), HTTP_HOST: '127.0.0.1', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const lines = [];
  const instance = { child, lines, port, exited: once(child, 'exit') };
  void instance.exited.then(() => running.delete(child));
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`an instance ended with code ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      lines.push(line);
      if (line.message === 'ready') resolve((instance.port = line.port));
    });
  });
  return instance;
}

/** Whatever happened, no instance outlives the demo. */
export function endInstances() {
  for (const child of running) child.kill('SIGKILL');
}

/** One request; resolves to status, headers and body. */
export function request(port, path, { method = 'GET', headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, path, method, headers, agent }, (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks).toString() }),
      );
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Asks every 20 ms until there is an answer. */
export async function eventually(question, what, limitMs = 10_000) {
  for (const end = performance.now() + limitMs; performance.now() < end; await wait(20)) {
    const answer = await question();
    if (answer !== undefined) return answer;
  }
  throw new Error(`the demo failed: this did not come within ${limitMs} ms: ${what}`);
}

/** The first line of an instance's log for which this holds. */
export function logged(instance, matches) {
  return eventually(() => instance.lines.find(matches), 'a line in the log');
}

/** Takes what services in this process log, instead of the terminal; the transcript goes on. */
export function takeLog() {
  const lines = [];
  const { write } = process.stdout;
  process.stdout.write = function (chunk, ...rest) {
    const text = String(chunk);
    if (!text.startsWith('{')) return write.call(this, chunk, ...rest);
    for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line));
    rest.find((one) => typeof one === 'function')?.(null);
    return true;
  };
  return { lines, giveBack: () => (process.stdout.write = write) };
}

/** Ports that nobody listens on now. All are held until the last one is known, so that they differ. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
