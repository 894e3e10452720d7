// Does what a project's Dockerfile says, without a container engine: each stage is an empty folder, COPY copies, RUN runs as a user without
// privileges, then CMD is started, asked, and stopped by SIGTERM. The base image is not looked at: node and npm are those of this machine.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stagesOf } from './try/dockerfile.mjs';
import { contextOf, filesBelow, filesOfImage, handOver, Image, unprivileged } from './try/image.mjs';
import { startNeeds } from './try/needs.mjs';
import { runService } from './try/run-service.mjs';

const [project, folder] = process.argv.slice(2).map((word) => resolve(word));
const stages = stagesOf(readFileSync(join(project, 'Dockerfile'), 'utf8'));
const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const home = join(folder, 'home');
mkdirSync(home, { recursive: true });
handOver(home);
const base = {
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
  HOME: home,
  // Where the packages come from is this machine's matter.
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(npm_config_registry|NODE_EXTRA_CA_CERTS)$/i.test(name)),
  ),
};

if (stages.length < 2) throw new Error('there is one stage only: what builds would be in the image');
const context = { folder: project, files: contextOf(project) };
const built = new Map();
for (const [at, { image: name, name: stage, steps }] of stages.entries()) {
  if (!/^node:\d+(\.\d+)*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`stage ${at + 1} is from ${name}, not from node:<version>`);
  console.log(`stage ${at + 1}${stage === undefined ? '' : `, ${stage}`}`);
  const image = new Image(join(folder, `stage-${at + 1}`), base);
  for (const step of steps) image.run(step, (from) => sourceOf(from, step));
  built.set(stage ?? String(at), image);
}
const last = [...built.values()].at(-1);
noDevelopment();
if (['root', '0'].includes(last.user.split(':')[0])) throw new Error('the last stage runs as root: it has no USER');
await started();

function sourceOf(from, { sources }) {
  if (from === undefined) return context;
  const image = built.get(from);
  if (image === undefined) throw new Error(`COPY --from=${from}: there is no such stage before`);
  return { folder: image.folder, files: sources.flatMap((path) => filesOfImage(image, path)) };
}

/** What the lockfile says is for development only is not in the image, nor are sources and tests. */
function noDevelopment() {
  const workdir = last.at('.');
  if (!existsSync(join(workdir, 'node_modules', 'keelson', 'package.json')))
    throw new Error('the last stage has no keelson');
  const development = developmentOnly();
  if (development.length === 0) throw new Error('no package is for development only: the lockfile could not be read');
  const present = development.filter((path) => existsSync(join(workdir, path)));
  if (present.length > 0) throw new Error(`development packages in the last stage: ${present.join(', ')}`);
  const sources = filesBelow(workdir).filter((path) => /^(?!node_modules\/).*\.ts$|^test\//.test(path));
  if (sources.length > 0) throw new Error(`sources in the last stage: ${sources.join(', ')}`);
  console.log(`  the last stage has none of the development packages, ${development.length}`);
}

/** What something else needs too, as @types/node is needed by types that a package exports, is no package for development only. */
function developmentOnly() {
  const file = join(project, 'package-lock.json');
  if (!existsSync(file)) return Object.keys(manifest.devDependencies).map((name) => `node_modules/${name}`);
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.keys(packages).filter((path) => packages[path].dev === true);
}

async function started() {
  if (last.cmd === undefined) throw new Error('there is no CMD');
  console.log(`  CMD ${last.cmd.join(' ')}`);
  const [program, ...args] = unprivileged(last.cmd);
  const { env, stop } = await startNeeds(manifest, folder);
  let service;
  try {
    service = await runService(program, args, { cwd: last.at('.'), env: { ...last.environment(), ...env } });
    await service.ask('/livez');
    await service.ask('/metrics');
    console.log(`  /livez 200, SIGTERM to exit code 0: ${Math.round(await service.terminate())} ms`);
  } finally {
    service?.kill();
    await stop();
  }
}
