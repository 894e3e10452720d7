// Installs the packed tarball into a copy of the shop in an empty folder, builds and tests it as a user would, and opens both of the package's doors.
// The templates have try-template.mjs.
import { execFileSync } from 'node:child_process';
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
  return run;
}

const run = tryExample('shop');
for (const [flag, source] of [
  [
    '--input-type=module',
    "import { createService } from 'keelson'; import { createRequire } from 'node:module'; if (createRequire(import.meta.url)('keelson').createService !== createService) process.exit(1);",
  ],
  ['--input-type=commonjs', "if (typeof require('keelson').createService !== 'function') process.exit(1);"],
]) {
  run(process.execPath, flag, '-e', source);
}

console.log('the shop works from the packed tarball');
