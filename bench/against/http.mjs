// The HTTP side of several states: a service of each at a time, under load in turn.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, loadCore, startServer, stopServer } from '../support/measure.mjs';

const restarts = 3;
const windows = 8;
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The CPU microseconds per request of each state, window by window. */
export async function measureHttp(states, traced) {
  const cpuUs = states.map(() => []);
  const sink = await startServer(file('../support/sink.cjs'), 18_318, {}, loadCore);
  const env = traced ? { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:18318' } : {};
  // The program asks for 'keelson', which is the package that it lies in.
  const programs = states.map(({ tree }) => join(tree, 'dist', 'bench.cjs'));
  for (const program of programs) copyFileSync(file('../http/servers/keelson.cjs'), program);
  let port = 18_400;
  try {
    for (let restart = 1; restart <= restarts; restart++) {
      const servers = [];
      for (const program of programs) servers.push(await startServer(program, (port += 1), env));
      const ports = states.map((_, i) => port - states.length + 1 + i);
      servers.forEach(({ child }, i) => load(child, ports[i], 2));
      for (let i = 0; i < windows; i++)
        cpuUs.forEach((all, at) => all.push(load(servers[at].child, ports[at], 1).cpuUs));
      for (const server of servers) await stopServer(server);
    }
  } finally {
    await stopServer(sink);
    for (const program of programs) rmSync(program, { force: true });
  }
  const what = `${traced ? 'traced, ' : ''}${restarts} starts, ${windows} windows of 1 s each, all in turn, 64 connections`;
  return [{ what, unit: 'request', cpuUs }];
}
