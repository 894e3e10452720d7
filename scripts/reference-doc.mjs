// Writes the pages that list what the code has: docs/metric-list.md and docs/command-line.md. With --check it only says whether they are
// up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './docs-site/repository.mjs';
import { commandPage } from './reference/commands.mjs';
import { metricPage } from './reference/metrics.mjs';

const check = process.argv.includes('--check');
// The service that is asked reads flags, too.
process.argv.length = 2;
process.chdir(join(root, 'docs'));

const pages = { 'docs/metric-list.md': await metricPage(), 'docs/command-line.md': commandPage() };
for (const [path, text] of Object.entries(pages)) {
  if (!check) {
    writeFileSync(join(root, path), text);
  } else if (readFileSync(join(root, path), 'utf8') !== text) {
    console.error(`${path} is not up to date: npm run docs:reference`);
    process.exitCode = 1;
  }
}
// Sockets to the broker and the registry that are not there must not keep it waiting.
process.exit();
