// The HTML around a page: the bar at the top, the navigation, what is on this page, the pages before and after.
import { listed, navigation } from './navigation.mjs';
import { urlOf } from './pages.mjs';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The way from a page to the root of the site: '' or some '../'. */
export const baseOf = (url) => '../'.repeat(url.split('/').length - 1);

const places = [
  ['Start', 'getting-started.html'],
  ['Guides', 'guides.html'],
  ['Settings', 'settings.html'],
  ['API', 'api/index.html'],
];

/** What stands in the bar of each page, those of the API reference too. */
export function bar(base) {
  const links = places.map(([title, url]) => `<a href="${base}${url}">${title}</a>`).join('');
  return `<a class="brand" href="${base}index.html"><img src="${base}assets/icon.svg" alt="" width="24" height="24">keelson</a>
<nav class="places" aria-label="Places">${links}</nav>
<div class="search" role="search"><input id="search" type="search" placeholder="Search" aria-label="Search the documentation"
 autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found"><div id="found" role="listbox" aria-label="Found" hidden></div></div>`;
}

/** For the head of each page. */
export function assets(base) {
  return `<link rel="icon" href="${base}assets/icon.svg">
<link rel="stylesheet" href="${base}assets/site.css">
<script src="${base}assets/theme.js"></script>
<script defer src="${base}assets/site.js"></script>`;
}

export function layout(page, pages) {
  const base = baseOf(page.url);
  const about = listed.find(({ path }) => path === page.path)?.about ?? page.title;
  const title = page.url === 'index.html' ? 'keelson, a microservice chassis for Node.js' : `${page.title} - keelson`;
  return `<!doctype html>
<html lang="en" data-base="${base}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<meta name="description" content="${escape(about)}">
${assets(base)}
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="bar">
<button id="menu" aria-label="Menu" aria-expanded="false" aria-controls="pages"><span></span></button>
${bar(base)}
<button id="theme" aria-label="Theme"></button>
</header>
<div class="frame">
<nav id="pages" aria-label="Pages">
${groups(page, base)}
</nav>
<main id="content">
<article>
${page.html}</article>
${neighbours(page, pages, base)}
</main>
${contents(page)}
</div>
</body>
</html>
`;
}

function groups(page, base) {
  const entry = (one) => {
    const link = `<a href="${base}${urlOf(one.path)}"${one.path === page.path ? ' aria-current="page"' : ''}>${escape(one.title)}</a>`;
    if (one.children === undefined) return `<li>${link}</li>`;
    const open = [one, ...one.children].some(({ path }) => path === page.path);
    return open ? `<li>${link}<ul>${one.children.map(entry).join('')}</ul></li>` : `<li>${link}</li>`;
  };
  const also = `<li><a href="${base}operations.html#endpoints">Endpoints</a></li><li><a href="${base}api/index.html">API</a></li>`;
  return navigation
    .map(({ title, pages }) => {
      const last = title === 'Reference' ? also : '';
      return `<h2>${title}</h2>\n<ul>${pages.map(entry).join('')}${last}</ul>`;
    })
    .join('\n');
}

function contents({ headings }) {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, text, anchor }) => `<li class="h${level}"><a href="#${anchor}">${escape(text)}</a></li>`,
  );
  return `<aside aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></aside>`;
}

function neighbours(page, pages, base) {
  const at = listed.findIndex(({ path }) => path === page.path);
  if (at < 0) return '';
  const link = (one, rel, word) =>
    one === undefined
      ? ''
      : `<a rel="${rel}" href="${base}${urlOf(one.path)}"><small>${word}</small>${escape(one.title)}</a>`;
  return `<footer>${link(listed[at - 1], 'prev', 'Before')}${link(listed[at + 1], 'next', 'Next')}</footer>`;
}
