// npm run bench:client [-- rounds seconds]: calls of another service, 50 at a time, from one core to a server on the other. Each variant has a process of its
// own; they take turns, round by round, and medians are printed. Ratios are of the same round.
import { fileURLToPath } from 'node:url';
import { loadCore, machine, measured, median, needTools, startServer, stopServer } from '../support/measure.mjs';
import { byOrigin, byServiceName, farBehind, inFlight, poolRequest, variants } from './variants.mjs';

const [rounds = '5', seconds = '2'] = process.argv.slice(2);
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const ports = [15_601, 15_602, 15_603];

needTools('taskset');
const servers = [];
for (const port of ports) servers.push(await startServer(file('../http/servers/raw.cjs'), port, {}, loadCore));
const results = new Map([...variants.keys()].map((name) => [name, []]));
for (let round = 1; round <= Number(rounds); round++) {
  for (const [name, rows] of results) rows.push(measured(file('one.mjs'), name, seconds, ...ports.map(String)));
  console.error(`round ${round} of ${rounds}`);
}
for (const server of servers) await stopServer(server);

/** How many times faster one is than another: by requests, and by CPU time. */
const ahead = (name, other) => ({
  perSecond: median(results.get(name).map((row, i) => row.perSecond / results.get(other)[i].perSecond)),
  cpu: median(results.get(name).map((row, i) => results.get(other)[i].cpuUs / row.cpuUs)),
});

console.log(
  `\n${machine()}; ${rounds} rounds of ${seconds} s, ${inFlight} in flight, medians (lowest to highest); each against Pool.request of the same round\n`,
);
console.log('| client | CPU us per call | Pool.request / this | calls/s | this / Pool.request |');
console.log('|---|---|---|---|---|');
for (const [name, rows] of results) {
  const cpus = rows.map(({ cpuUs }) => cpuUs);
  const cpu = `${median(cpus).toFixed(1)} (${Math.min(...cpus).toFixed(1)} to ${Math.max(...cpus).toFixed(1)})`;
  const perSecond = median(rows.map((row) => row.perSecond)).toFixed(0);
  const ratio = ahead(name, poolRequest);
  console.log(`| ${name} | ${cpu} | ${ratio.cpu.toFixed(2)} | ${perSecond} | ${ratio.perSecond.toFixed(2)} |`);
}

/** By CPU time, the steady figure; calls per second also depend on what else the machine does. */
function target(what, name, other, least) {
  const { cpu } = ahead(name, other);
  console.log(`- ${name}: ${what}: ${cpu >= least ? 'met' : 'MISSED'} (${cpu.toFixed(2)})`);
}
console.log();
for (const name of [byOrigin, byServiceName]) {
  target('at least 0.75 of Pool.request', name, poolRequest, 0.75);
  target('aim: 0.9 of Pool.request', name, poolRequest, 0.9);
  for (const other of farBehind) target(`five times ahead of ${other}`, name, other, 5);
}
