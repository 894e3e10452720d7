// Installs the packed tarball into a copy of the example in an empty folder, then builds, tests and starts it as a user would.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [tarball, target] = process.argv.slice(2);
const example = fileURLToPath(new URL('../examples/minimal/', import.meta.url));
mkdirSync(target, { recursive: true });
for (const name of ['src', 'test', 'tsconfig.json'])
  cpSync(join(example, name), join(target, name), { recursive: true });
const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
manifest.dependencies.keelson = `file:${tarball}`;
writeFileSync(join(target, 'package.json'), JSON.stringify(manifest, null, 2));

const run = (command, ...args) => execFileSync(command, args, { cwd: target, stdio: 'inherit' });
run('npm', 'install', '--no-fund', '--no-audit');
run('npm', 'test');
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
console.log('the example works from the packed tarball');
