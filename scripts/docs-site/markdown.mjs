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
rules.table_open = () => '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n';
rules.table_close = () => '</table></div>\n';
rules.code_block = (tokens, i) => block(highlight(tokens[i].content, 'sh') || escape(tokens[i].content));
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
  const headings = anchorHeadings(tokens);
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

function anchorHeadings(tokens) {
  const slugger = new GitHubSlugger();
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

function plain(inline) {
  return inline.children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}

/** What stands under each heading, as words; what stands before the second heading belongs to the page. */
function sectionsOf(tokens) {
  const sections = [{ anchor: '', heading: '', words: '' }];
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    if (before?.type === 'heading_open') {
      if (before.tag === 'h1') return;
      sections.push({ anchor: before.attrGet('id'), heading: plain(token).replace(/#$/, ''), words: '' });
      return;
    }
    const section = sections.at(-1);
    if (token.type === 'inline') section.words += `${wordsOf(token)} `;
    else if (token.type === 'fence' || token.type === 'code_block') section.words += `${token.content} `;
  });
  return sections.map((section) => ({ ...section, words: section.words.replace(/\s+/g, ' ').trim() }));
}

function wordsOf(inline) {
  return inline.children.map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
}
