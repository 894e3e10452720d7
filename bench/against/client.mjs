// The client of several states: calls of another service, each state in a process of its own, in turn.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { byOrigin, byServiceName, inFlight } from '../client/variants.mjs';
import { loadCore, measured, startServer, stopServer } from '../support/measure.mjs';

const rounds = 9;
const seconds = 2;
const ports = [18_501, 18_502, 18_503];
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The CPU microseconds per call of each state, round by round, to an origin and by name. */
export async function measureClient(states) {
  // The programs ask for 'keelson/client', which is part of the package that they lie in.
  const folders = states.map(({ tree }) => join(tree, 'dist', 'bench'));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['one.mjs', 'variants.mjs']) copyFileSync(file(`../client/${name}`), join(folder, name));
  }
  const servers = [];
  const tables = [byOrigin, byServiceName].map((name) => ({
    name,
    what: `${name}; ${rounds} rounds of ${seconds} s, all in turn, ${inFlight} in flight`,
    unit: 'call',
    cpuUs: states.map(() => []),
  }));
  try {
    for (const port of ports) servers.push(await startServer(file('../http/servers/raw.cjs'), port, {}, loadCore));
    for (let round = 1; round <= rounds; round++) {
      for (const { name, cpuUs } of tables) {
        for (const [at, folder] of folders.entries())
          cpuUs[at].push(measured(join(folder, 'one.mjs'), name, String(seconds), ...ports.map(String)).cpuUs);
      }
      console.error(`round ${round} of ${rounds}`);
    }
  } finally {
    for (const server of servers) await stopServer(server);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  return tables;
}
