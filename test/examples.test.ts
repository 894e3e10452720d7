import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Each example is a project of its own. It compiles against the built package, and its own tests pass, as they would for who copies it. */
const examples = join(__dirname, '..', 'examples');
const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json')));

test('there are examples', () => {
  expect(names).toEqual(expect.arrayContaining(['minimal', 'shop', 'event-worker', 'rest-api']));
});

test.each(names)(
  '%s compiles, and its tests pass',
  (name) => {
    const cwd = join(examples, name);
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', cwd], { stdio: 'inherit' });
    const env = { PATH: process.env['PATH'], NODE_ENV: 'test' };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--test'], { cwd, env, encoding: 'utf8' });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  },
  120_000,
);

test('their manifests are what `keelson k8s` writes', () => {
  const script = join(__dirname, '../scripts/k8s-manifests.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(['minimal', 'event-worker']));
}, 60_000);
