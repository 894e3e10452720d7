// npm run bench:simulation [-- seed]: on simulated time, so the same seed gives the same figures on every machine. Writes docs/images/simulation.svg.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { balancers, crowds, simulate, world } from './balancers.mjs';
import { plot } from './plot.mjs';
import { amplification, budgets, simulateStorm, storm } from './retries.mjs';

const seed = Number(process.argv[2] ?? 7);
const percent = (share) => `${(share * 100).toFixed(2)} %`;

const charts = [];
for (const callers of crowds) {
  console.log(
    `\nseed ${seed}: ${callers} callers, ${world.callsPerSecond} calls/s, ${world.instances} instances, ${world.slow} of them ten times slower, ${world.failing} failing\n`,
  );
  console.log(
    '| balancer | p50 ms | p99 ms | calls that failed | share of a slow one | share of a failing one | spread among the well ones |',
  );
  console.log('|---|---|---|---|---|---|---|');
  const rows = [];
  for (const name of Object.keys(balancers)) {
    const row = simulate(name, callers, seed);
    rows.push(row);
    const shares = `${row.slowShare.toFixed(2)} | ${row.failingShare.toFixed(2)} | ${percent(row.spread)}`;
    console.log(
      `| ${name} | ${row.p50.toFixed(1)} | ${row.p99.toFixed(1)} | ${percent(row.failedShare)} | ${shares} |`,
    );
  }
  charts.push({ title: `99th percentile of a call, ${callers.toLocaleString('en')} callers`, rows });
}

console.log(
  `\nOne client, ${storm.callsPerSecond} calls/s, three attempts; the service fails for ${storm.failTo - storm.failFrom} s\n`,
);
console.log('| retries | calls that reached it for each call, while it failed |');
console.log('|---|---|');
const series = [];
for (const name of Object.keys(budgets)) {
  const reached = await simulateStorm(name, seed);
  const ratio = amplification(reached);
  series.push({ name, reached, ratio });
  console.log(`| ${name} | ${ratio.toFixed(2)} |`);
}
const file = fileURLToPath(new URL('../../docs/images/simulation.svg', import.meta.url));
writeFileSync(file, plot(charts, series, storm.callsPerSecond));
