// npm run bench:profile [-- traced]: a CPU profile of the request path under load, as a table of where the microseconds of one request go.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, loadCore, machine, needTools, startServer, stopServer } from '../support/measure.mjs';

needTools('wrk', 'taskset');
const traced = process.argv.includes('traced');
const folder = mkdtempSync(join(tmpdir(), 'keelson-profile-'));
const sink = await startServer(fileURLToPath(new URL('../support/sink.cjs', import.meta.url)), 16_318, {}, loadCore);
const env = traced ? { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:16318' } : {};
const profiled = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
const server = await startServer(
  fileURLToPath(new URL('../http/servers/keelson.cjs', import.meta.url)),
  16_400,
  env,
  '0',
  profiled,
);
load(server.child, 16_400, 2);
const { requests } = load(server.child, 16_400, 8);
server.child.kill('SIGINT'); // the profile is written when the process ends
await new Promise((resolve) => server.child.once('exit', resolve));
await stopServer(sink);

const profile = JSON.parse(
  readFileSync(
    join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.cpuprofile')),
    ),
    'utf8',
  ),
);
rmSync(folder, { recursive: true });
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const groups = new Map();
const functions = new Map();
let busy = 0;
const add = (map, key, us) => map.set(key, (map.get(key) ?? 0) + us);
profile.samples.forEach((id, i) => {
  const { functionName, url, lineNumber } = nodes.get(id).callFrame;
  if (functionName === '(idle)') return;
  const us = profile.timeDeltas[i];
  const group = groupOf(functionName, url);
  busy += us;
  add(groups, group, us);
  if (group.startsWith('keelson'))
    add(functions, `${group}: ${functionName || '(anonymous)'} (${url.split('/').pop()}:${lineNumber + 1})`, us);
});

function groupOf(name, url) {
  if (name === '(garbage collector)') return 'garbage collection';
  if (name === 'writev' || name === 'writeUtf8String' || name === 'writeLatin1String' || name === 'writeBuffer')
    return 'writing to the socket (kernel)';
  if (url === '' || name.startsWith('(')) return 'the engine';
  if (url.startsWith('node:'))
    return /_http|internal\/http/.test(url) ? 'node:http' : /crypto/.test(url) ? 'node:crypto' : 'other of node';
  const own = /\/dist\/(\w+)\//.exec(url);
  if (own !== null && !url.includes('node_modules/express')) return `keelson/${own[1]}`;
  const vendor = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  return vendor === null
    ? 'the handler'
    : ['router', 'path-to-regexp', 'express'].includes(vendor[1])
      ? 'express and its router'
      : vendor[1];
}

// The warm-up is in the profile as well: shares are exact, microseconds are the share of the CPU time of a request.
const cpuUs = busy / (requests * 1.25);
const table = (title, map, most) => {
  console.log(`\n| ${title} | share | us per request |\n|---|---|---|`);
  for (const [key, us] of [...map].sort((a, b) => b[1] - a[1]).slice(0, most)) {
    console.log(`| ${key} | ${((100 * us) / busy).toFixed(1)} % | ${((cpuUs * us) / busy).toFixed(2)} |`);
  }
};
console.log(
  `${machine()}; ${traced ? 'traced at 100 %, ' : ''}64 connections, ${requests} requests; self time, warm-up included, with the profiler's own cost`,
);
table('where', groups, 20);
table('the largest of ours', functions, 15);
