// Installs the packed tarball into copies of the examples in an empty folder, then builds, tests and starts them as a user would.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [tarball, folder] = process.argv.slice(2);

/** Copies an example without what was built of it, installs what it needs with the tarball as keelson, and runs its tests. */
function tryExample(name) {
  const example = fileURLToPath(new URL(`../examples/${name}/`, import.meta.url));
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const part of ['src', 'test', 'tsconfig.json'])
    cpSync(join(example, part), join(target, part), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
  manifest.dependencies.keelson = `file:${tarball}`;
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest, null, 2));
  const run = (command, ...args) => execFileSync(command, args, { cwd: target, stdio: 'inherit' });
  run('npm', 'install', '--no-fund', '--no-audit');
  run('npm', 'test');
  return { target, run };
}

tryExample('shop');
tryExample('event-worker').run('npx', 'keelson', 'config');
const { target, run } = tryExample('minimal');
run('npx', 'keelson', 'config');
for (const [flag, source] of [
  [
    '--input-type=module',
    "import { createService } from 'keelson'; import { createRequire } from 'node:module'; if (createRequire(import.meta.url)('keelson').createService !== createService) process.exit(1);",
  ],
  ['--input-type=commonjs', "if (typeof require('keelson').createService !== 'function') process.exit(1);"],
]) {
  run(process.execPath, flag, '-e', source);
}

const child = spawn(process.execPath, ['dist/main.js'], {
  cwd: target,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let log = '';
child.stdout.on('data', (chunk) => {
  log += chunk;
  if (log.includes('"ready"')) child.kill('SIGINT');
});
const [code] = await once(child, 'exit');
if (code !== 0) throw new Error(`the example ended with code ${code}:\n${log}`);
console.log('the examples work from the packed tarball');
