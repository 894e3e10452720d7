// Search, menu and theme. The index is made here, from search-data.js, when somebody first searches: it needs no server and works from file://.
(() => {
  const root = document.documentElement;
  const base = root.dataset.docs ?? root.dataset.base;
  const input = document.getElementById('search');
  const found = document.getElementById('found');
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

  function load(name) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `${base}assets/${name}`;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${name} is not there`));
      document.head.append(script);
    });
  }

  let index;
  const ready = () => (index ??= makeIndex());

  async function makeIndex() {
    await Promise.all([load('minisearch.js'), load('search-data.js')]);
    const made = new window.MiniSearch({
      fields: ['title', 'heading', 'words'],
      storeFields: ['url', 'title', 'heading', 'words'],
      searchOptions: {
        prefix: true,
        fuzzy: (term) => (term.length > 4 ? 0.15 : 0),
        boost: { title: 4, heading: 5 },
        combineWith: 'AND',
        // The top of a page goes before its parts, and a page before the name of the API that it explains.
        boostDocument: (_id, _term, { title, heading }) => (title.startsWith('API:') ? 0.5 : heading === '' ? 2 : 1),
      },
    });
    made.addAll(window.keelsonPages.map(([url, title, heading, words], id) => ({ id, url, title, heading, words })));
    return made;
  }

  /** The words around the first hit, with the hits marked. */
  function excerpt(words, terms) {
    const pattern = new RegExp(`(${terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gi');
    const at = Math.max(0, words.lastIndexOf(' ', words.search(pattern) - 12) + 1);
    const part = (at > 0 ? '... ' : '') + words.slice(at, at + 160);
    return part
      .split(pattern)
      .map((piece, i) => (i % 2 === 1 ? `<mark>${escape(piece)}</mark>` : escape(piece)))
      .join('');
  }

  function show(results, query) {
    const rows = results.slice(0, 12).map(({ url, title, heading, words, terms }, i) => {
      const name = heading === '' ? escape(title) : `${escape(heading)} <small>${escape(title)}</small>`;
      return `<a role="option" id="found-${i}" aria-selected="${i === 0}" href="${base}${escape(url)}">${name}<small>${excerpt(words, terms)}</small></a>`;
    });
    found.innerHTML = rows.length > 0 ? rows.join('') : `<p>Nothing about ${escape(query)}</p>`;
    setOpen(true);
  }

  function setOpen(open) {
    found.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
  }

  async function search() {
    const query = input.value.trim();
    if (query.length < 2) return setOpen(false);
    const made = await ready();
    if (input.value.trim() !== query) return undefined;
    const all = made.search(query);
    return show(all.length > 0 ? all : made.search(query, { combineWith: 'OR' }), query);
  }

  function move(step) {
    const rows = [...found.querySelectorAll('a')];
    const now = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true');
    const next = rows[(now + step + rows.length) % rows.length];
    rows[now]?.setAttribute('aria-selected', 'false');
    next?.setAttribute('aria-selected', 'true');
    next?.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', next?.id ?? '');
  }

  input.addEventListener('focus', () => void ready().catch(() => undefined));
  input.addEventListener('input', () => void search());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter') found.querySelector('[aria-selected="true"]')?.click();
    else if (event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
  });
  found.addEventListener('click', () => setOpen(false));
  document.addEventListener('click', (event) => {
    if (!event.target.closest('.search')) setOpen(false);
  });
  // Before typedoc's own listener, whose search knows the API alone.
  window.addEventListener(
    'keydown',
    (event) => {
      const typing = event.target.closest?.('input, textarea, select');
      const asked = (event.key === '/' && !typing) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
      if (!asked) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
    },
    true,
  );

  const menu = document.getElementById('menu');
  menu?.addEventListener('click', () => {
    menu.setAttribute('aria-expanded', String(document.body.classList.toggle('menu-open')));
  });
  document.querySelector('#pages [aria-current]')?.scrollIntoView({ block: 'nearest' });

  const theme = document.getElementById('theme');
  const dark = () =>
    getComputedStyle(root).colorScheme === 'dark' ||
    (root.dataset.theme === 'os' && matchMedia('(prefers-color-scheme: dark)').matches);
  const paint = () => theme && (theme.textContent = dark() ? '\u2600' : '\u263e');
  theme?.addEventListener('click', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    try {
      localStorage.setItem('tsd-theme', root.dataset.theme);
    } catch {
      // no storage: it holds for this page
    }
    paint();
  });
  paint();
})();
