// Which pages there are: those of the navigation, and every file of the repository that one of them links to.
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { renderCode, renderMarkdown } from './markdown.mjs';
import { listed } from './navigation.mjs';
import { isFile, root, text } from './repository.mjs';

const pictures = new Set(['.svg', '.png', '.jpg']);

/** Pages below docs/ that navigation.mjs does not name. */
export function withoutPlace() {
  const named = new Set(listed.map(({ path }) => path));
  return readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => posix.join('docs', name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/api/') && !named.has(path));
}

/** docs/a.md is a.html, a README is the index of its folder (the first page is that of the repository), what is not Markdown is shown as source/PATH.html. */
export function urlOf(path) {
  const short = path.replace(/^docs\//, '');
  if (!path.endsWith('.md')) return `source/${short}.html`;
  if (path === 'docs/README.md') return 'guides.html';
  if (posix.basename(path) === 'README.md') return posix.join(posix.dirname(short), 'index.html');
  return `${short.slice(0, -3).replace(/^[A-Z]+$/, (name) => name.toLowerCase())}.html`;
}

/** Reads and renders all of it. Throws for a link to a file that there is not. */
export function collectPages() {
  const missing = withoutPlace();
  if (missing.length > 0) throw new Error(`Without a place in scripts/docs-site/navigation.mjs: ${missing.join(', ')}`);
  const files = new Set();
  const pages = new Map();
  const waiting = listed.map(({ path, title }) => ({ path, title }));
  for (const { path, title } of waiting) {
    if (pages.has(path)) continue;
    const visit = (target, href) => {
      if (!isFile(target)) throw new Error(`${path} links to ${href}, which is not there`);
      if (pictures.has(posix.extname(target))) return files.add(target);
      return waiting.push({ path: target });
    };
    pages.set(path, { path, url: urlOf(path), title, ...contentOf(path, visit) });
  }
  const all = [...pages.values()].map((page) => ({ ...page, title: page.title ?? page.heading }));
  return { pages: all, files: [...files] };
}

function contentOf(path, visit) {
  if (!path.endsWith('.md')) return renderCode(text(path), path);
  const url = urlOf(path);
  return renderMarkdown(text(path), (href) => addressOf(path, url, href, visit));
}

/** The href of a link within the site, from that within the repository. */
function addressOf(path, url, href, visit) {
  if (/^[a-z]+:/i.test(href) || href.startsWith('#')) return href;
  const [file, anchor] = href.split('#');
  const folder = posix.join(posix.dirname(path), decodeURI(file));
  const target = !isFile(folder) && isFile(posix.join(folder, 'README.md')) ? posix.join(folder, 'README.md') : folder;
  visit(target, href);
  const to = pictures.has(posix.extname(target)) ? target : urlOf(target);
  const relative = posix.relative(posix.dirname(url), to);
  return anchor === undefined ? relative : `${relative}#${anchor}`;
}
