// npm run bench:start [-- rounds]: from the start of the process to its first answer of 200, and memory then and after load; servers take turns.
import { fileURLToPath } from 'node:url';
import { load, machine, median, needTools, residentMb, startServer, stopServer } from '../support/measure.mjs';
import { variants } from '../http/variants.mjs';

const [rounds = '9'] = process.argv.slice(2);
const programs = fileURLToPath(new URL('../http/servers/', import.meta.url));
const nobody = 14_317; // nothing listens there: exporters that are switched on must not care at start

needTools('wrk', 'taskset');
const results = new Map(variants.map(({ name }) => [name, []]));
let port = 15_400;
for (let round = 1; round <= Number(rounds); round++) {
  for (const { name, program, env } of variants) {
    const server = await startServer(programs + program, (port += 1), env(nobody));
    const atStartMb = residentMb(server.child.pid);
    if (round <= 3) load(server.child, port, 3);
    const afterLoadMb = round <= 3 ? residentMb(server.child.pid) : undefined;
    results.get(name).push({ startMs: server.startMs, atStartMb, afterLoadMb });
    await stopServer(server);
  }
  console.error(`round ${round} of ${rounds}`);
}

console.log(`\n${machine()}; ${rounds} rounds, medians; memory after load from the first 3 rounds of 3 s\n`);
console.log(
  '| server | start to first 200, ms (lowest to highest) | beyond bare express, ms | RSS at start, MB | RSS after load, MB |',
);
console.log('|---|---|---|---|---|');
const base = median(results.get('express 5, bare').map(({ startMs }) => startMs));
for (const [name, runs] of results) {
  const starts = runs.map(({ startMs }) => startMs);
  const start = `${median(starts).toFixed(0)} (${Math.min(...starts).toFixed(0)} to ${Math.max(...starts).toFixed(0)})`;
  const loaded = median(runs.flatMap(({ afterLoadMb }) => (afterLoadMb === undefined ? [] : [afterLoadMb])));
  const atStart = median(runs.map(({ atStartMb }) => atStartMb));
  console.log(
    `| ${[name, start, (median(starts) - base).toFixed(0), atStart.toFixed(0), loaded.toFixed(0)].join(' | ')} |`,
  );
}
