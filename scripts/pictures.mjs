// Draws the pictures of docs/architecture.md into docs/images; with --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './docs-site/repository.mjs';
import { house } from './pictures/house.mjs';
import { inbound } from './pictures/inbound.mjs';
import { life } from './pictures/life.mjs';
import { message } from './pictures/message.mjs';
import { outbound } from './pictures/outbound.mjs';

const pictures = { house, life, inbound, outbound, message };
for (const [name, draw] of Object.entries(pictures)) {
  const file = join(root, 'docs/images', `${name}.svg`);
  if (!process.argv.includes('--check')) writeFileSync(file, draw());
  else if (readFileSync(file, 'utf8') !== draw()) {
    console.error(`docs/images/${name}.svg is not up to date: npm run docs:pictures`);
    process.exitCode = 1;
  }
}
