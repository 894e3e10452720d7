// Markdown to HTML, with the anchors that GitHub gives headings, and the words of each section for the search.
import GitHubSlugger from 'github-slugger';
import highlighter from 'highlight.js';
import MarkdownIt from 'markdown-it';

const languages = { ts: 'typescript', js: 'javascript', mjs: 'javascript', cjs: 'javascript', sh: 'bash', yml: 'yaml' };

function highlight(code, name) {
  const language = languages[name] ?? name;
  if (highlighter.getLanguage(language) === undefined) return '';
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}

// The documents are the repository's own; comments (marks for the scripts that write parts of them) stay unseen.
const markdown = new MarkdownIt({ html: true, highlight });
const escape = markdown.utils.escapeHtml;
const { rules } = markdown.renderer;

// A region that scrolls must be reachable by keyboard.
rules.table_open = (tokens, i) =>
  `<div class="${tokens[i].meta}" tabindex="0" role="region" aria-label="Table"><table>\n`;
rules.table_close = () => '</table></div>\n';
rules.code_block = (tokens, i) => block(highlight(tokens[i].content, 'sh') || escape(tokens[i].content));
// A long name may be broken where it has a joint.
rules.code_inline = (tokens, i) =>
  `<code>${escape(tokens[i].content).replace(/(?<=\w)[._/](?=\w)/g, (joint) => `${joint}<wbr>`)}</code>`;
rules.fence = (tokens, i) => {
  const { content, info } = tokens[i];
  return block(highlight(content, info.trim().split(/\s/)[0]) || escape(content));
};

function block(html) {
  return `<pre tabindex="0"><code>${html}</code></pre>\n`;
}

/** @param resolve gives the href of each link and picture within the site */
export function renderMarkdown(source, resolve) {
  const tokens = markdown.parse(source, {});
  const slugger = new GitHubSlugger();
  const headings = anchorHeadings(tokens, slugger);
  tokens.forEach((token, i) => token.type === 'tr_open' && anchorRow(token, tokens[i + 2], slugger));
  tokens.forEach(({ type }, i) => type === 'table_open' && labelCells(tokens, i));
  for (const token of tokens.flatMap((one) => [one, ...(one.children ?? [])])) {
    const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
    if (name !== undefined) token.attrSet(name, resolve(token.attrGet(name)));
  }
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { html, headings, heading: headings[0]?.text ?? '', sections: sectionsOf(tokens) };
}

/** A file that is no Markdown, as a page. */
export function renderCode(source, path) {
  const language = path.split('.').at(-1);
  const html = `<h1>${escape(path)}</h1>\n${block(highlight(source, language) || escape(source))}`;
  return { html, headings: [], heading: path, sections: [{ anchor: '', heading: '', words: path }] };
}

function anchorHeadings(tokens, slugger) {
  const headings = [];
  tokens.forEach((token, i) => {
    if (token.type !== 'heading_open') return;
    const text = plain(tokens[i + 1]);
    const anchor = slugger.slug(text);
    token.attrSet('id', anchor);
    headings.push({ level: Number(token.tag.slice(1)), text, anchor });
    if (token.tag === 'h1') return;
    tokens[i + 1].children.push(...markdown.parseInline(`[#](#${anchor})`, {})[0].children);
    const link = tokens[i + 1].children.findLast(({ type }) => type === 'link_open');
    link.attrSet('class', 'anchor');
    link.attrSet('aria-label', `Link to ${text}`);
  });
  return headings;
}

/** A row whose first cell is a name, or names, gets an anchor. */
function anchorRow(row, cell, slugger) {
  const names = cell.children.filter(({ type }) => type === 'code_inline');
  const only =
    names.length > 0 && cell.children.every(({ type, content }) => type === 'code_inline' || /^[\s,|]*$/.test(content));
  if (only) row.attrSet('id', slugger.slug(`row ${names[0].content}`));
}

/** Tables whose last column is prose become cards on a phone, where each cell says which column it is of; others scroll. */
function labelCells(tokens, from) {
  const end = tokens.findIndex(({ type }, i) => i > from && type === 'table_close');
  const part = tokens.slice(from, end);
  const texts = (kind) => part.flatMap(({ type }, i) => (type === kind ? [plain(part[i + 1])] : []));
  const titles = texts('th_open');
  const last = texts('td_open').filter((_, i) => (i + 1) % titles.length === 0);
  const prose = last.reduce((sum, text) => sum + text.length, 0) / last.length > 30;
  tokens[from].meta = prose ? 'wide cards' : 'wide';
  part
    .filter(({ type }) => type === 'td_open')
    .forEach((cell, i) => {
      const column = i % titles.length;
      if (column > 0 && titles.length > 2 && titles[column] !== '') cell.attrSet('data-label', titles[column]);
    });
}

function plain(inline) {
  return inline.children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}

/** What stands under each heading, as words. A row of a table that begins with a name (a setting, a code, a metric) is found by itself. */
function sectionsOf(tokens) {
  const sections = [{ anchor: '', heading: '', words: '' }];
  let section = sections[0];
  let row;
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    if (before?.type === 'heading_open') {
      if (before.tag === 'h1') return;
      section = { anchor: before.attrGet('id'), heading: plain(token).replace(/#$/, ''), words: '' };
      sections.push(section);
      return;
    }
    if (token.type === 'tr_open') row = undefined;
    if (token.type === 'tr_open' && token.attrGet('id') !== null) {
      row = { anchor: token.attrGet('id'), heading: '', words: '' };
      sections.push(row);
    } else if (token.type === 'table_close') row = undefined;
    else if (token.type === 'inline' && row?.heading === '') row.heading = plain(token);
    else if (token.type === 'inline') (row ?? section).words += `${wordsOf(token)} `;
    else if (token.type === 'fence' || token.type === 'code_block') section.words += `${token.content} `;
  });
  return sections.map((one) => ({ ...one, words: one.words.replace(/\s+/g, ' ').trim() }));
}

function wordsOf(inline) {
  return inline.children.map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
}
