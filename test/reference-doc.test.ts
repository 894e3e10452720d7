import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string, ext: string): string[] =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith(ext) && !name.startsWith('api/'))
    .map((name) => join(folder, name));

test.each(['scripts/reference-doc.mjs', 'scripts/llms-doc.mjs', 'scripts/pictures.mjs'])(
  '%s has nothing to change',
  (script) => {
    expect(() => execFileSync(process.execPath, [join(root, script), '--check'], { stdio: 'pipe' })).not.toThrow();
  },
);

test('every folder of the sources has a room in the picture of the house', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  const picture = textOf('docs/images/house.svg');
  const missing = folders.map(({ name }) => name).filter((name) => !picture.includes(`>${name}</text>`));
  expect({ missing, mend: 'scripts/pictures/house.mjs, then npm run docs:pictures' }).toMatchObject({ missing: [] });
});

test('the comparison in the README is what the files and docs/performance.md say', () => {
  const [, request = ''] = textOf('docs/performance.md').split('\n## A request\n');
  const cpuOf = (server: string): string | undefined =>
    new RegExp(`^\\| ${server} \\| (\\d+) `, 'm').exec(request)?.[1];
  const rowOf = (file: string, server: string): string =>
    `| ${textOf(file).trimEnd().split('\n').length} | ${cpuOf(server)} µs | ${cpuOf(`${server}, traced`)} µs |`;
  const readme = textOf('README.md');
  const wired = rowOf('bench/http/servers/express-wired.cjs', 'express 5, wired by hand');
  expect(readme).toContain(`[express 5, wired by hand](bench/http/servers/express-wired.cjs) ${wired}`);
  const ours = rowOf('bench/http/servers/keelson.cjs', 'keelson');
  expect(readme).toContain(`[keelson](bench/http/servers/keelson.cjs), with all of the above ${ours}`);
});

describe('docs/metric-list.md', () => {
  const page = textOf('docs/metric-list.md');
  const rows = [...page.matchAll(/^\| `(\w+)` \| \w+ \| (.*?) \|/gm)];
  const metrics = new Set(rows.map((row) => row[1] as string));
  const labels = new Set(rows.flatMap((row) => [...(row[2] as string).matchAll(/\w+/g)].map((one) => one[0])));
  const name = /\b(?:keelson|messaging|http_server|http_client|nodejs|v8js|process)_[a-z0-9_]*[a-z0-9]\b/g;
  const unknown = (names: readonly string[]): string[] =>
    [...new Set(names)].filter((one) => !labels.has(one) && !metrics.has(one.replace(/_(bucket|sum|count)$/, '')));

  test('has every metric that the sources name', () => {
    const literals = filesIn('src', '.ts')
      .flatMap((file) => [...textOf(file).matchAll(/'([a-z0-9_]+)'/g)])
      .map((one) => one[1] as string);
    const named = literals.filter((one) => one.match(name)?.[0] === one);
    expect(named.length).toBeGreaterThan(40);
    expect(unknown(named)).toEqual([]);
  });

  test('has every metric that the other pages speak of', () => {
    const texts = [...filesIn('docs', '.md'), 'README.md'].map(textOf);
    // a_{b,c}_d stands for a_b_d and a_c_d.
    const whole = texts.map((text) =>
      text.replace(/(\w+_)\{([\w,]+)\}(_\w+)/g, (_all, head: string, middle: string, tail: string) =>
        middle
          .split(',')
          .map((part) => head + part + tail)
          .join(' '),
      ),
    );
    expect(unknown(whole.flatMap((text) => text.match(name) ?? []))).toEqual([]);
  });
});
