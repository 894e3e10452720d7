// Writes examples/*/deploy/k8s.yaml, which is what `keelson k8s` says of each example that names its service; with --check it only says whether
// they are up to date, of examples that are compiled already.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'examples');
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const check = process.argv.includes('--check');

/** What has to be set before they run in a cluster: a service that is to be called by its name there, and the secret without which there is no database. */
const variables = {
  'event-worker': { MAIL_URL: 'http://mail' },
  'rest-api': { DATABASE_URL: 'postgres://user:password@postgres/catalog', RATINGS_URL: 'http://ratings' },
};

const names = readdirSync(examples).filter((name) => {
  const manifest = join(examples, name, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).keelson?.service !== undefined;
});
for (const name of names) {
  const cwd = join(examples, name);
  if (!check) execFileSync(process.execPath, [compiler, '-p', cwd], { stdio: 'inherit' });
  const text = execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), 'k8s'], {
    cwd,
    // Nothing of this machine's environment may show.
    env: variables[name] ?? {},
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const file = join(cwd, 'deploy', 'k8s.yaml');
  if (!check) {
    mkdirSync(join(cwd, 'deploy'), { recursive: true });
    writeFileSync(file, text);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${relative(root, file)} is not up to date: npm run docs:k8s`);
    process.exitCode = 1;
  }
}
console.log(names.join('\n'));
