// Makes a service of a template with the packed tarball, in an empty folder, as a user would: keelson new, install, test, start, a request, SIGTERM.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runService } from './try/run-service.mjs';

const [tarball, folder, template] = process.argv.slice(2).map((word, at) => (at < 2 ? resolve(word) : word));
/** What a template of an HTTP service answers with 200; the others have their probes and /health only. */
const requests = { minimal: '/hello/Ada', 'rest-api': '/products', 'event-worker': '/livez' };
/** From the generator's start to the first 200, without what npm does; in ms. */
const limitMs = 5_000;
/** The tree of the abandoned `request`, which the Eureka client once brought. */
const abandoned = [
  'request',
  'request-promise',
  'request-promise-core',
  'har-schema',
  'har-validator',
  'http-signature',
  'aws-sign2',
  'caseless',
  'forever-agent',
  'oauth-sign',
  'tunnel-agent',
  'extend',
  'tough-cookie@2',
  'uuid@3',
  'form-data@2',
  'eureka-js-client',
];

const target = join(folder, 'orders');
const env = withoutNpm(process.env);
const npm = (...args) => execFileSync('npm', args, { cwd: target, env, stdio: 'inherit' });

mkdirSync(folder, { recursive: true });
const packed = ['--yes', `--package=${tarball}`];
const words = ['new', 'orders', '--template', template, '--yes', '--keelson', tarball];
execFileSync('npx', [...packed, '--', 'keelson', ...words], { cwd: folder, env, stdio: 'inherit' });
// The same once more by the very file that npx ran, to have its time without that of npx.
const command = execFileSync('npx', [...packed, '--call', 'command -v keelson'], {
  cwd: folder,
  env,
  encoding: 'utf8',
});
const again = join(folder, 'again');
const newMs = timed(() => execFileSync(command.trim(), [...words, '--dir', again], { cwd: folder, env }));
execFileSync('diff', ['-r', target, again], { stdio: 'inherit' });

npm('install', '--no-fund', '--no-audit');
nothingAbandoned();
npm('test');
lookAtService();
await fastEnough();

/** The commands that look at a service in its folder; each must end with 0. */
function lookAtService() {
  const keelson = (...args) => execFileSync('npx', ['keelson', ...args], { cwd: target, env, stdio: 'inherit' });
  keelson('config');
  keelson('doctor');
}

/** The machine may be busy with something else: the best of three counts. */
async function fastEnough() {
  const times = [];
  while (times.length < 3 && !times.some((sum) => sum <= limitMs)) times.push(await builtAndStarted());
  if (Math.min(...times) <= limitMs) return;
  throw new Error(`from nothing to the first 200 it took ${times.map(ms).join(', ')}, and may take ${ms(limitMs)}`);
}

/** Builds it, starts it as npm start does, asks it, and stops it. Resolves to the time from nothing to the first 200. */
async function builtAndStarted() {
  const { scripts } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  const [node, ...args] = scripts.start.split(' ');
  if (node !== 'node') throw new Error(`npm start of ${template} is not node: ${scripts.start}`);
  rmSync(join(target, 'dist'), { recursive: true });
  const tsc = join(target, 'node_modules', 'typescript', 'bin', 'tsc');
  const buildMs = timed(() => execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: target, env, stdio: 'inherit' }));
  const at = performance.now();
  const service = await runService(process.execPath, args, { cwd: target, env });
  try {
    await service.ask(requests[template] ?? '/readyz');
    const startMs = performance.now() - at;
    await service.ask('/metrics');
    const stopMs = await service.terminate();
    const sum = newMs + buildMs + startMs;
    const parts = `keelson new ${ms(newMs)}, build ${ms(buildMs)}, start to the first 200 ${ms(startMs)}`;
    console.log(`template ${template}: ${ms(sum)} without npm (${parts}); SIGTERM to the end ${ms(stopMs)}`);
    return sum;
  } finally {
    service.kill();
  }
}

function nothingAbandoned() {
  const { packages } = JSON.parse(readFileSync(join(target, 'package-lock.json'), 'utf8'));
  const installed = Object.entries(packages).flatMap(([path, { version }]) => {
    const name = path.split('node_modules/').at(-1);
    return [name, `${name}@${String(version).split('.')[0]}`];
  });
  if (!installed.includes('express@5')) throw new Error('the lockfile could not be read');
  const found = abandoned.filter((name) => installed.includes(name));
  if (found.length > 0) throw new Error(`installed with keelson, and abandoned: ${found.join(', ')}`);
}

function timed(work) {
  const at = performance.now();
  work();
  return performance.now() - at;
}

function ms(time) {
  return `${Math.round(time)} ms`;
}

/** What npm tells the scripts that it runs would be taken for options by the npm that they run. */
function withoutNpm(all) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));
}
