// npm run bench:http [-- rounds seconds filter]: all servers take turns, round by round; medians and ratios are printed.
import { fileURLToPath } from 'node:url';
import {
  load,
  loadCore,
  machine,
  median,
  needTools,
  residentMb,
  startServer,
  stopServer,
} from '../support/measure.mjs';
import { variants } from './variants.mjs';

const [rounds = '5', seconds = '4', filter = '.'] = process.argv.slice(2);
const programs = fileURLToPath(new URL('servers/', import.meta.url));
const sinkPort = 14_318;
const wanted = variants.filter(({ name }) => new RegExp(filter).test(name) || name === 'express 5, bare');

needTools('wrk', 'taskset');
const sink = await startServer(fileURLToPath(new URL('../support/sink.cjs', import.meta.url)), sinkPort, {}, loadCore);
const results = new Map(wanted.map(({ name }) => [name, []]));
let port = 14_400;
for (let round = 1; round <= Number(rounds); round++) {
  for (const { name, program, env } of wanted) {
    const server = await startServer(programs + program, (port += 1), env(sinkPort));
    load(server.child, port, 2); // warm
    const window = load(server.child, port, Number(seconds));
    results.get(name).push({ ...window, rssMb: residentMb(server.child.pid) });
    await stopServer(server);
    console.error(
      `round ${round}: ${name}: ${window.cpuUs.toFixed(1)} us of CPU per request, ${window.perSecond.toFixed(0)} requests/s`,
    );
  }
}
await stopServer(sink);

const base = results.get('express 5, bare');
console.log(`\n${machine()}; ${rounds} rounds of ${seconds} s, 64 connections, medians (lowest to highest)\n`);
console.log(
  '| server | CPU us per request | bare express / this | requests/s | this / bare express | p99 ms | RSS MB |',
);
console.log('|---|---|---|---|---|---|---|');
for (const [name, windows] of results) {
  const of = (key) => windows.map((window) => window[key]);
  const cpu = of('cpuUs');
  const cpuRatio = median(windows.map((window, i) => base[i].cpuUs / window.cpuUs));
  const rateRatio = median(windows.map((window, i) => window.perSecond / base[i].perSecond));
  const range = `${median(cpu).toFixed(0)} (${Math.min(...cpu).toFixed(0)} to ${Math.max(...cpu).toFixed(0)})`;
  const rest = [
    median(of('perSecond')).toFixed(0),
    rateRatio.toFixed(2),
    median(of('p99Ms')).toFixed(1),
    median(of('rssMb')).toFixed(0),
  ];
  console.log(`| ${[name, range, cpuRatio.toFixed(2), ...rest].join(' | ')} |`);
}
