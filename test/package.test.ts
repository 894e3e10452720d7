import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  exports: Record<string, string | Record<'import' | 'require', { types: string; default: string }>>;
  dependencies: Record<string, string>;
  files: string[];
};

/** Folders that are no doors: they are reached through `keelson` itself or the command line. */
const inner = ['service', 'cli'];
const folders = readdirSync(join(root, 'src')).filter((name) => statSync(join(root, 'src', name)).isDirectory());

test('each folder but the inner ones is a subpath export, and there is no other', () => {
  const wanted = folders.filter((name) => !inner.includes(name)).map((name) => `./${name}`);
  expect(Object.keys(manifest.exports).sort()).toEqual(['.', './package.json', ...wanted].sort());
});

test('every file that an export names is there', () => {
  const named = Object.values(manifest.exports).flatMap((one) => {
    return typeof one === 'string'
      ? [one]
      : [one.import.types, one.import.default, one.require.types, one.require.default];
  });
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('the API reference covers the same doors', () => {
  const { entryPoints } = JSON.parse(read('typedoc.json')) as { entryPoints: string[] };
  const wanted = [
    'src/index.ts',
    ...folders.filter((name) => !inner.includes(name)).map((name) => `src/${name}/index.ts`),
  ];
  expect([...entryPoints].sort()).toEqual(wanted.sort());
});

test('each dependency is used', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const text = sources.map((name) => read(join('src', name))).join('\n');
  const unused = Object.keys(manifest.dependencies).filter(
    (name) => !name.startsWith('@types/') && !text.includes(`'${name}'`),
  );
  expect(unused).toEqual([]);
});

test('the lockfile names no download address', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
});

test('the package has the built files, the sources they map to, and little else', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ size: number; files: { path: string }[] }];
  const outside = packed.files.map(({ path }) => path).filter((path) => !/^(dist|src)\//.test(path));
  expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']);
  expect(packed.size).toBeLessThan(1_000_000);
});
