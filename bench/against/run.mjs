// npm run bench:against -- REF [REF ...]: builds older states of the repository beside the present one and lets all take turns under the same load.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, median, needTools } from '../support/measure.mjs';
import { measureClient } from './client.mjs';
import { measureHttp } from './http.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modes = ['traced', 'client'];
const words = process.argv.slice(2);
const refs = words.filter((word) => !modes.includes(word));
if (refs.length === 0) {
  throw new Error(
    'which states? npm run bench:against -- v0.1.0, or a commit; `traced` for tracing at 100 %, `client` for calls that go out',
  );
}

needTools('taskset', 'git', ...(words.includes('client') ? [] : ['wrk']));
const folder = mkdtempSync(join(tmpdir(), 'keelson-against-'));
const git = (...args) => execFileSync('git', ['-C', root, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
const states = [...refs, 'now'].map((name) => ({ name, tree: name === 'now' ? root : join(folder, name) }));
let tables;
try {
  for (const { name, tree } of states) {
    if (name === 'now') continue;
    git('worktree', 'add', '--detach', tree, name);
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: tree, stdio: 'inherit' });
  }
  tables = words.includes('client') ? await measureClient(states) : await measureHttp(states, words.includes('traced'));
} finally {
  for (const { name, tree } of states) if (name !== 'now') git('worktree', 'remove', '--force', tree);
  rmSync(folder, { recursive: true });
}

for (const { what, unit, cpuUs } of tables) {
  const first = cpuUs[0];
  console.log(`\n${machine()}; ${what}\n`);
  console.log(`| state | CPU us per ${unit}, median | lowest | ratio to the first, median |`);
  console.log('|---|---|---|---|');
  for (const [at, { name }] of states.entries()) {
    const ratio = median(cpuUs[at].map((us, i) => us / first[i]));
    const figures = [median(cpuUs[at]).toFixed(1), Math.min(...cpuUs[at]).toFixed(1), ratio.toFixed(2)];
    console.log(`| ${[name, ...figures].join(' | ')} |`);
  }
}
