// npm run bench:collector [-- rounds seconds]: what a collector that is down, slow, silent or refusing costs a traced service under load, against a
// healthy one. All states take turns, round by round; medians and their distance from the healthy state of the same round are printed.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { get, load, loadCore, machine, median, needTools, startServer, stopServer } from '../support/measure.mjs';

const [rounds = '5', seconds = '5'] = process.argv.slice(2);
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const states = [
  { name: 'healthy', program: file('../support/sink.cjs') },
  { name: 'down: nobody listens' },
  { name: 'slow: answers after 8 s', program: file('collector.cjs'), STATE: 'slow' },
  { name: 'black hole: accepts, never answers', program: file('collector.cjs'), STATE: 'silent' },
  { name: 'answers 503', program: file('collector.cjs'), STATE: 'refusing' },
];
const warmRequests = 20_000;
const limits = { cpuRatio: 1.1, loopMs: 5, stopMs: 2_000 };

needTools('wrk', 'taskset');
const collectors = [];
let port = 15_318;
for (const state of states) {
  state.port = port += 1;
  if (state.program === undefined) continue;
  collectors.push(await startServer(state.program, state.port, { STATE: state.STATE ?? '' }, loadCore));
}

/** One gauge or the sum of one counter, from the service's own page. A scrape begins a new window for the delay of the event loop. */
async function metrics(servicePort) {
  const { body } = await get(servicePort, '/metrics');
  return (name) =>
    [...body.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function measure(state) {
  const server = await startServer(file('service.cjs'), (port += 1), {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${state.port}`,
    SHUTDOWN_DRAIN_DELAY_MS: '0',
  });
  // Warm by requests and not by time, so that the engine has compiled the same in every state; then the queue is full where it will be.
  for (let warm = 0; warm < warmRequests;) warm += load(server.child, port, 2).requests;
  const before = await metrics(port);
  const window = load(server.child, port, Number(seconds));
  const after = await metrics(port);
  const counted = (name) => after(name) - before(name);
  const exited = once(server.child, 'exit');
  const begun = performance.now();
  server.child.kill('SIGTERM');
  const [code] = await exited;
  if (code !== 0) throw new Error(`${state.name}: the service ended with ${code}`);
  return {
    cpuUs: window.cpuUs,
    perSecond: window.perSecond,
    loopMs: after('nodejs_eventloop_delay_p99_seconds') * 1e3,
    ownMs: after('own_stretch_p99_seconds') * 1e3,
    stopMs: performance.now() - begun,
    droppedShare: counted('keelson_trace_spans_dropped_total') / window.requests,
    exportedShare: counted('keelson_trace_spans_exported_total') / window.requests,
  };
}

const results = new Map(states.map(({ name }) => [name, []]));
for (let round = 1; round <= Number(rounds); round++) {
  for (const state of states) {
    const one = await measure(state);
    results.get(state.name).push(one);
    console.error(
      `round ${round}: ${state.name}: ${one.cpuUs.toFixed(1)} us of CPU per request, loop p99 ${one.loopMs.toFixed(1)} ms, stop ${one.stopMs.toFixed(0)} ms`,
    );
  }
}
for (const collector of collectors) await stopServer(collector);

const healthy = results.get('healthy');
console.log(
  `\n${machine()}; ${rounds} rounds of ${seconds} s, 64 connections, traced at 100 %, medians (lowest to highest)\n`,
);
console.log(
  '| collector | CPU us per request | this / healthy | event loop p99 ms | more than healthy, ms | of that its own CPU time, ms | requests/s | spans dropped | spans exported | stop ms | later than healthy, ms |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|');
const missed = [];
for (const [name, rows] of results) {
  const of = (key) => median(rows.map((row) => row[key]));
  const than = (key, compare) => median(rows.map((row, i) => compare(row[key], healthy[i][key])));
  const cpus = rows.map(({ cpuUs }) => cpuUs);
  const cpuRatio = than('cpuUs', (a, b) => a / b);
  const loopMs = than('loopMs', (a, b) => a - b);
  const stopMs = than('stopMs', (a, b) => a - b);
  const percent = (key) => `${(of(key) * 100).toFixed(0)} %`;
  const cells = [
    name,
    `${of('cpuUs').toFixed(1)} (${Math.min(...cpus).toFixed(1)} to ${Math.max(...cpus).toFixed(1)})`,
    cpuRatio.toFixed(2),
    of('loopMs').toFixed(1),
    loopMs.toFixed(1),
    than('ownMs', (a, b) => a - b).toFixed(1),
    of('perSecond').toFixed(0),
    ...[percent('droppedShare'), percent('exportedShare')],
    of('stopMs').toFixed(0),
    stopMs.toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  const worst = Math.max(...rows.map((row, i) => row.stopMs - healthy[i].stopMs));
  if (cpuRatio > limits.cpuRatio || loopMs > limits.loopMs || worst >= limits.stopMs) missed.push(name);
}
console.log(
  `\nTargets: at most ${limits.cpuRatio} of the CPU of healthy, at most ${limits.loopMs} ms more event loop delay, each stop less than ${limits.stopMs} ms later: ${missed.length === 0 ? 'met' : `MISSED by ${missed.join(', ')}`}.`,
);
