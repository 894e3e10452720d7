// Makes the documentation as static files: pages of the repository's Markdown, the API reference, a search that needs no server.
// npm run docs:site [-- --out FOLDER]
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeApi } from './docs-site/api.mjs';
import { layout } from './docs-site/layout.mjs';
import { llmsFull, llmsIndex } from './docs-site/llms.mjs';
import { root, text } from './docs-site/repository.mjs';
import { collectPages } from './docs-site/pages.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'site') } } });
const out = resolve(values.out);
const put = (path, content) => {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
};

rmSync(out, { recursive: true, force: true });
const { pages, files } = collectPages();
const api = await writeApi(join(out, 'api'));

for (const page of pages) {
  put(page.url, layout(page, pages));
  // Beside each page its text, under its path in the repository: that is what llms.txt links to.
  put(page.path, text(page.path));
}
for (const file of files) put(file, text(file, null));

// [address, page, heading, words], by which the browser makes its index when somebody first searches.
const sections = pages.flatMap((page) =>
  page.sections.map(({ anchor, heading, words }) => [
    page.url + (anchor === '' ? '' : `#${anchor}`),
    page.title,
    heading,
    words,
  ]),
);
put('assets/search-data.js', `window.keelsonPages=${JSON.stringify([...sections, ...api])};\n`);
cpSync(join(root, 'node_modules/minisearch/dist/umd/index.js'), join(out, 'assets/minisearch.js'));
for (const name of ['site.css', 'site.js', 'theme.js', 'icon.svg'])
  cpSync(join(root, 'scripts/docs-site/assets', name), join(out, 'assets', name));
put('llms.txt', llmsIndex());
put('llms-full.txt', llmsFull());
console.log(`${pages.length} pages and ${api.length} names of the API in ${out}`);
