// Writes llms.txt from the navigation of the documents; with --check it only says whether the file is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutPlace } from './docs-site/pages.mjs';
import { llmsIndex } from './docs-site/llms.mjs';
import { root } from './docs-site/repository.mjs';

const lost = withoutPlace();
if (lost.length > 0) throw new Error(`Without a place in scripts/docs-site/navigation.mjs: ${lost.join(', ')}`);
const file = join(root, 'llms.txt');
if (!process.argv.includes('--check')) {
  writeFileSync(file, llmsIndex());
} else if (readFileSync(file, 'utf8') !== llmsIndex()) {
  console.error('llms.txt is not up to date: npm run docs:llms');
  process.exitCode = 1;
}
