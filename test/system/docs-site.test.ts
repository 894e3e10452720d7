import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { startChromium, type Browser, type Page } from './support/browser';
import { testWith } from './support/need';
import { serveFolder } from './support/static-server';

const root = resolve(__dirname, '../..');
/** To be looked at by people: nothing here can say whether a page is ugly. */
const pictures = join(root, 'site-pictures');

/** Made here; DOCS_SITE names the folder of one that is made already. */
let site: string;
let pages: string[];
let server: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  site = process.env['DOCS_SITE'] ?? mkdtempSync(join(tmpdir(), 'keelson-site-'));
  if (process.env['DOCS_SITE'] === undefined)
    execFileSync(process.execPath, ['scripts/docs-site.mjs', '--out', site], { cwd: root, stdio: 'pipe' });
  pages = (readdirSync(site, { recursive: true }) as string[]).filter((name) => name.endsWith('.html'));
  // Below a path, where a link that begins with a slash would lead out of the site.
  server = await serveFolder(site, '/some/path/');
});

afterAll(async () => {
  await server?.close();
  if (process.env['DOCS_SITE'] === undefined) rmSync(site, { recursive: true, force: true });
});

const textOf = (name: string): string => readFileSync(join(site, name), 'utf8');
const withoutScripts = (html: string): string => html.replace(/<script[\s\S]*?<\/script>/g, '');
const decoded = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');

test('every link and every anchor leads somewhere within the site', () => {
  const ids = new Map(
    pages.map((name) => [name, new Set([...textOf(name).matchAll(/\sid="([^"]+)"/g)].map((one) => decoded(one[1]!)))]),
  );
  const all = new Set(readdirSync(site, { recursive: true }) as string[]);
  const problems: string[] = [];
  let checked = 0;
  for (const name of pages) {
    for (const [, link = ''] of withoutScripts(textOf(name)).matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https?|mailto|data):/.test(link)) continue;
      const [path = '', anchor = ''] = decoded(link).split('#');
      const target = path === '' ? name : posix.join(posix.dirname(name), decodeURIComponent(path));
      checked += 1;
      if (!all.has(target)) problems.push(`${name}: ${link}`);
      const known = anchor === '' || !target.endsWith('.html') || ids.get(target)?.has(decodeURIComponent(anchor));
      if (!known) problems.push(`${name}: no anchor ${link}`);
    }
  }
  expect(problems).toEqual([]);
  expect(checked).toBeGreaterThan(5000);
});

test('nothing is fetched from elsewhere', () => {
  const from = /<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?\/\/[^"]*"|@import|url\(["']?https?:/;
  const names = (readdirSync(site, { recursive: true }) as string[]).filter((name) => /\.(html|css)$/.test(name));
  expect(names.filter((name) => from.test(textOf(name)))).toEqual([]);
});

test('llms.txt names pages whose text is there', () => {
  const links = [...textOf('llms.txt').matchAll(/^- \[.+?\]\((.+?)\): .+$/gm)].map((one) => one[1]!);
  expect(links.length).toBeGreaterThan(30);
  for (const link of links) expect(textOf(link)).toBe(readFileSync(join(root, link), 'utf8'));
  expect(textOf('llms-full.txt')).toContain(readFileSync(join(root, 'docs/getting-started.md'), 'utf8'));
});

testWith('chromium')('in a browser', async () => {
  mkdirSync(pictures, { recursive: true });
  const browser = await startChromium();
  try {
    await finds(browser);
    await findsByKeys(browser);
    await fitsAPhone(browser);
    await worksFromAFile(browser);
  } finally {
    await browser.close();
  }
});

interface Look {
  readonly page: Page;
  readonly complaints: string[];
  readonly picture: (name: string) => Promise<void>;
}

async function look(browser: Browser, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Look> {
  const page = await browser.newPage({ viewport: { width, height: width < 600 ? 800 : 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.url()}: ${answer.status()}`);
  });
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  return { page, complaints, picture };
}

/** Words that somebody types, and the page that they hope for. */
const questions = [
  ['circuit breaker', 'resilience/circuit-breaker.html', 'circuitBreaker'],
  ['HTTP_MAX_IN_FLIGHT', 'settings.html#row-httpmaxinflight', 'Settings'],
  ['PUBLISH_NACKED', 'errors.html#row-publish_nacked', 'Errors'],
  ['getting started', 'getting-started.html', 'Getting started'],
  ['readines', 'health.html#row-readiness', 'Health'],
  ['createService', 'api/functions/keelson.createService.html', 'Function createService'],
] as const;

async function finds(browser: Browser): Promise<void> {
  const { page, complaints, picture } = await look(browser, 1280);
  await page.goto(`${server.url}index.html`);
  await picture('home-1280');
  for (const [words, url, title] of questions) {
    await page.fill('#search', words);
    await page.locator(`#found a[href$="${url}"]`).first().waitFor();
    const links = await page.evaluate<string[]>("[...document.querySelectorAll('#found a')].map((one) => one.href)");
    const place = links.findIndex((link) => link.endsWith(url));
    expect({ words, place, within: place < 3 }).toMatchObject({ words, within: true });
    await picture(`search-${title.toLowerCase().replaceAll(' ', '-')}-1280`);
    await page.locator(`#found a[href$="${url}"]`).first().click();
    await page.waitForURL(`**/some/path/${url}`);
    expect(await page.locator('h1').innerText()).toBe(title);
  }
  // The last one was a page of typedoc: it has the same bar, and the same search leads back.
  await page.fill('#search', 'what delivery promises');
  await page.locator('#found a[href$="delivery.html"]').click();
  await page.waitForURL('**/delivery.html');
  await page.fill('#search', 'zzzzqqqq');
  await page.locator('#found p').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
}

const background = 'getComputedStyle(document.body).backgroundColor';

async function findsByKeys(browser: Browser): Promise<void> {
  const { page, complaints } = await look(browser, 1280, 'dark');
  await page.goto(`${server.url}api/index.html`);
  await page.keyboard.press('/');
  await page.keyboard.type('bulkhead');
  await page.locator('#found a').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/resilience/bulkhead.html');
  const dark = await page.evaluate<string>(background);
  await page.click('#theme');
  const light = await page.evaluate<string>(background);
  expect([dark, light]).toEqual(['rgb(20, 24, 29)', 'rgb(255, 255, 255)']);
  expect(complaints).toEqual([]);
  await page.close();
}

/** All pages but the API's, of which one of each kind. */
function shownPages(): string[] {
  const kinds = new Map(pages.filter((name) => name.startsWith('api/')).map((name) => [posix.dirname(name), name]));
  return [...pages.filter((name) => !name.startsWith('api/')), ...kinds.values()];
}

/** Does a page scroll sideways, and which text is too small to read? */
const measure = `({
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  small: [...document.querySelectorAll('article p, article li, article td, .tsd-comment p')]
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 14)
    .slice(0, 3)
    .map((one) => one.textContent.slice(0, 40)),
})`;

async function fitsAPhone(browser: Browser): Promise<void> {
  const { page, complaints, picture } = await look(browser, 360);
  for (const name of shownPages()) {
    await page.goto(server.url + name);
    const seen = await page.evaluate<{ wide: boolean; small: string[] }>(measure);
    expect({ name, ...seen }).toEqual({ name, wide: false, small: [] });
  }
  await page.goto(`${server.url}http.html`);
  await page.click('#menu');
  await page.click('#pages a[href$="resilience/index.html"]');
  await page.waitForURL('**/resilience/index.html');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ['index', 'settings', 'errors', 'performance', 'architecture', 'api/index']) {
    await page.goto(`${server.url}${name}.html`);
    await picture(`${name.replace('/', '-')}-390`);
  }
  expect(complaints).toEqual([]);
  await page.close();
}

async function worksFromAFile(browser: Browser): Promise<void> {
  const { page } = await look(browser, 1280);
  await page.goto(`file://${site}/resilience/index.html`);
  await page.fill('#search', 'dead letters');
  await page.locator('#found a[href*="rabbitmq.html"]').first().click();
  await page.waitForURL('file://**/rabbitmq.html*');
  expect(await page.locator('h1').innerText()).toBe('Operating RabbitMQ');
  await page.close();
}
