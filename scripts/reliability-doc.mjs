// npm run docs:reliability: runs the tests of faults and writes what they saw into docs/reliability.md, between its marks.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs', 'reliability.md');
const folder = mkdtempSync(join(tmpdir(), 'keelson-figures-'));
const figures = join(folder, 'figures.jsonl');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
try {
  execFileSync(process.execPath, [jest, '--config', 'jest.system.config.cjs', 'test/system/faults'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CI: 'true', FIGURES: figures },
  });
  const rows = readFileSync(figures, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  rows.sort((a, b) => a.row - b.row);
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const machine = `${cpus().length} cores of ${cpus()[0].model.trim()}, Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  const table = [
    `Seen on ${machine}, by \`npm run docs:reliability\`:`,
    '',
    '| # | fault | what must hold | what was seen |',
    '|---|---|---|---|',
    ...rows.map(
      ({ row, injected, expected, figure }) => `| ${row} | ${cell(injected)} | ${cell(expected)} | ${cell(figure)} |`,
    ),
  ];
  const [before, rest] = readFileSync(page, 'utf8').split('<!-- faults -->\n');
  const after = rest.split('<!-- /faults -->\n')[1];
  writeFileSync(page, `${before}<!-- faults -->\n\n${table.join('\n')}\n\n<!-- /faults -->\n${after}`);
} finally {
  rmSync(folder, { recursive: true });
}
