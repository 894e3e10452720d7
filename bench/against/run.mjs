// npm run bench:against -- REF [REF ...]: builds older states of the repository beside the present one and lets all take turns under the same load.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, loadCore, machine, median, needTools, startServer, stopServer } from '../support/measure.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const traced = process.argv.includes('traced');
const refs = process.argv.slice(2).filter((word) => word !== 'traced');
const restarts = 3;
const windows = 8;
if (refs.length === 0)
  throw new Error('which states? npm run bench:against -- v0.1.0, or a commit; `traced` for tracing at 100 %');

needTools('wrk', 'taskset', 'git');
const folder = mkdtempSync(join(tmpdir(), 'keelson-against-'));
const git = (...args) => execFileSync('git', ['-C', root, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
const states = [...refs, 'now'].map((name) => ({ name, tree: name === 'now' ? root : join(folder, name), cpuUs: [] }));
const sink = await startServer(fileURLToPath(new URL('../support/sink.cjs', import.meta.url)), 18_318, {}, loadCore);
const env = traced ? { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:18318' } : {};
try {
  for (const { name, tree } of states) {
    if (name === 'now') continue;
    git('worktree', 'add', '--detach', tree, name);
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: tree, stdio: 'inherit' });
  }
  // The program asks for 'keelson', which is the package that it lies in.
  for (const { tree } of states)
    copyFileSync(
      fileURLToPath(new URL('../http/servers/keelson.cjs', import.meta.url)),
      join(tree, 'dist', 'bench.cjs'),
    );
  let port = 18_400;
  for (let restart = 1; restart <= restarts; restart++) {
    const servers = [];
    for (const { tree } of states) servers.push(await startServer(join(tree, 'dist', 'bench.cjs'), (port += 1), env));
    const ports = states.map((_, i) => port - states.length + 1 + i);
    servers.forEach(({ child }, i) => load(child, ports[i], 2));
    for (let i = 0; i < windows; i++)
      states.forEach(({ cpuUs }, at) => cpuUs.push(load(servers[at].child, ports[at], 1).cpuUs));
    for (const server of servers) await stopServer(server);
  }
} finally {
  await stopServer(sink);
  for (const { name, tree } of states) if (name !== 'now') git('worktree', 'remove', '--force', tree);
  rmSync(join(root, 'dist', 'bench.cjs'), { force: true });
  rmSync(folder, { recursive: true });
}

const first = states[0].cpuUs;
console.log(
  `\n${machine()}; ${traced ? 'traced, ' : ''}${restarts} starts, ${windows} windows of 1 s each, all in turn, 64 connections\n`,
);
console.log('| state | CPU us per request, median | lowest | ratio to the first, median of windows |');
console.log('|---|---|---|---|');
for (const { name, cpuUs } of states) {
  const ratio = median(cpuUs.map((us, i) => us / first[i]));
  console.log(`| ${[name, median(cpuUs).toFixed(1), Math.min(...cpuUs).toFixed(1), ratio.toFixed(2)].join(' | ')} |`);
}
