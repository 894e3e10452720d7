// What all benchmarks here share: servers pinned to one core, load on the other, CPU time from /proc, medians.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const serverCore = '0';
export const loadCore = '1';

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const machine = () =>
  `${cpus().length} cores of ${cpus()[0].model.trim()}, Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`;

/** Says what is missing before anything is measured. */
export function needTools(...names) {
  for (const name of names) {
    try {
      execFileSync('which', [name], { stdio: 'ignore' });
    } catch {
      throw new Error(
        `${name} is needed (Debian: apt-get install wrk util-linux); the figures come from Linux's /proc`,
      );
    }
  }
}

export function get(port, path = '/hello/bob') {
  return new Promise((resolve) => {
    const req = http.get({ host: '127.0.0.1', port, path, agent: false }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode, body }));
    });
    req.on('error', () => resolve({ status: 0, body: '' }));
  });
}

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server program on its core and waits for its first answer. */
export async function startServer(program, port, env = {}, core = serverCore, nodeArgs = []) {
  const out = openSync('/dev/null', 'w');
  const begun = performance.now();
  const child = spawn('taskset', ['-c', core, process.execPath, '--no-warnings', ...nodeArgs, program], {
    env: { ...process.env, PORT: String(port), HTTP_HOST: '127.0.0.1', NODE_ENV: 'production', ...env },
    stdio: ['ignore', out, 'inherit'],
  });
  closeSync(out);
  running.add(child);
  for (;;) {
    const { status } = await get(port);
    if (status === 200) break;
    if (performance.now() - begun > 20_000 || child.exitCode !== null) throw new Error(`${program} did not answer`);
    await sleep(3);
  }
  return { child, startMs: performance.now() - begun };
}

/** Runs a program to its end on the core that is measured. It prints what it found as JSON. */
export function measured(program, ...args) {
  const command = ['-c', serverCore, process.execPath, '--no-warnings', program, ...args];
  return JSON.parse(
    execFileSync('taskset', command, { encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } }),
  );
}

export async function stopServer({ child }) {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
}

/** CPU time of a process so far, in milliseconds. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Time in which the machine's cores were busy so far, in milliseconds, all together; with what its host took from it. */
export function machineMs() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').match(/\d+/g).map(Number);
  return (user + nice + system + irq + softirq + steal) * 10;
}

export function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** One window of load: requests per second, CPU per request, latency. */
export function load(child, port, seconds, connections = 64) {
  const before = cpuMs(child.pid);
  const url = `http://127.0.0.1:${port}/hello/bob`;
  const args = ['-c', loadCore, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url];
  const text = execFileSync('taskset', args, { encoding: 'utf8' });
  const used = cpuMs(child.pid) - before;
  const requests = Number(/(\d+) requests in/.exec(text)[1]);
  const wrong = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1];
  if (wrong !== undefined) throw new Error(`${wrong} answers were not 200`);
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(text);
  const unit = { us: 1e-3, ms: 1, s: 1e3 }[p99[2]];
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    cpuUs: (used * 1e3) / requests,
    p99Ms: Number(p99[1]) * unit,
    requests,
  };
}
