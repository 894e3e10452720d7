import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const faults = join(__dirname, 'system', 'faults');
const tests = readdirSync(faults)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(faults, name), 'utf8'))
  .join('\n');
const page = readFileSync(join(__dirname, '../docs/reliability.md'), 'utf8');
const rows = Array.from({ length: 86 }, (_, i) => i + 1);

test.each(rows)('fault %i is injected by a test', (row) => {
  expect(tests).toMatch(new RegExp(`\\bfault\\(\\s*${row},`));
});

test.each(rows)('fault %i is in docs/reliability.md', (row) => {
  expect(page).toMatch(new RegExp(`^\\| ${row} \\| .+ \\| .+ \\| .+ \\|$`, 'm'));
});
