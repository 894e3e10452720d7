// Does what docs/tutorial.md says, in an empty folder, with the packed tarball: writes its files, runs its commands. Those that need
// Docker or a cluster (```console) are left out.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [tarball, folder] = process.argv.slice(2).map((path) => resolve(path));
const page = readFileSync(fileURLToPath(new URL('../docs/tutorial.md', import.meta.url)), 'utf8');

/** The parts in their order: a shell script, or a file whose path stands in the text before it. */
function stepsOf(text) {
  const steps = [];
  let path;
  for (const [, before, kind, body] of text.matchAll(/([\s\S]*?)^```(\w+)\n([\s\S]*?)^```$/gm)) {
    path = [...before.matchAll(/`([a-z]+\/[\w./-]+\.[a-z]+)`/g)].at(-1)?.[1];
    if (kind === 'sh') steps.push(`printf '%s\\n' '--- tutorial'\n${body}`);
    else if (kind !== 'console') steps.push(writing(path, body));
  }
  return steps;
}

function writing(path, body) {
  if (path === undefined) throw new Error(`docs/tutorial.md does not say which file this is:\n${body}`);
  return `cat > ${path} <<'END OF FILE'\n${body}END OF FILE`;
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

// What npx finds in a folder without packages would come from the registry: here it is the tarball. Elsewhere ports may be taken.
const packed = `npx() {
  if [ -e node_modules/.bin/keelson ]; then command npx "$@"; return; fi
  shift
  command npx --yes --package='${tarball}' -- keelson "$@" --keelson '${tarball}'
}`;
const [first, second] = [await freePort(), await freePort()];
const ports = (text) => text.replaceAll('localhost:3000', `localhost:${first}`).replaceAll('3001', String(second));
// Only what still runs of its own.
const cleanup = "trap 'jobs -pr | xargs -r kill -KILL' EXIT";
const script = ['set -euxo pipefail', cleanup, `export PORT=${first}`, packed, ...stepsOf(page).map(ports)].join(
  '\n\n',
);

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'tutorial.sh'), script);
const { status } = spawnSync('bash', ['tutorial.sh'], { cwd: folder, stdio: 'inherit' });
if (status !== 0) throw new Error(`docs/tutorial.md: the commands end with ${status}`);
execFileSync('grep', ['-q', 'registry.example.com/orders:1.0.0', join(folder, 'orders/deploy/k8s.yaml')]);
console.log('the tutorial works');
