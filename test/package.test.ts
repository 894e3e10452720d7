import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
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
/** Adapters with a door of their own, because of a vendor that only they load. */
const adapters = ['discovery/eureka', 'messaging/amqp'];
const folders = readdirSync(join(root, 'src')).filter((name) => statSync(join(root, 'src', name)).isDirectory());

const doors = [...folders.filter((name) => !inner.includes(name)), ...adapters];

test('each folder but the inner ones is a subpath export, each adapter with a door of its own, and there is no other', () => {
  const wanted = doors.map((name) => `./${name}`);
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
  const wanted = ['src/index.ts', ...doors.map((name) => `src/${name}/index.ts`)];
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

test('the package has the built files, the sources they map to, the templates, and little else', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ size: number; files: { path: string }[] }];
  const outside = packed.files.map(({ path }) => path).filter((path) => !/^(dist|src|examples)\//.test(path));
  const examples = packed.files.map(({ path }) => path).filter((path) => path.startsWith('examples/'));
  expect(examples).toEqual(
    expect.arrayContaining(['examples/minimal/src/service.ts', 'examples/minimal/.dockerignore']),
  );
  expect(examples.filter((path) => !/^examples\/(minimal|rest-api|event-worker|operations)\//.test(path))).toEqual([]);
  expect(examples.filter((path) => /\/(dist|node_modules|coverage)\/|package-lock\.json$/.test(path))).toEqual([]);
  expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']);
  expect(packed.size).toBeLessThan(1_400_000);
});

describe('keelson/discovery/eureka, into which eureka-js-client is compiled', () => {
  const dist = join('dist', 'discovery', 'eureka');
  const { sources } = JSON.parse(existsSync(join(root, dist)) ? read(join(dist, 'index.js.map')) : '{}') as {
    sources: string[];
  };
  const compiledIn = [...new Set(sources.map((path) => /.*node_modules\/([^/]+)/.exec(path)?.[1]).filter(Boolean))];

  test('goes with the licence of each package in it', () => {
    expect(compiledIn).toEqual(expect.arrayContaining(['eureka-js-client', 'async', 'lodash', 'js-yaml']));
    const text = read(join(dist, 'THIRD-PARTY.txt'));
    for (const name of compiledIn)
      expect(text).toMatch(
        new RegExp(`^${name} \\d[^\\n]*\\n\\n(?:[^-\\n].*\\n|\\n)*Permission is hereby granted`, 'm'),
      );
  });

  test('has nothing of the abandoned request in it', () => {
    expect(sources.filter((path) => /node_modules\/(@cypress\/)?request/.test(path))).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/"node_modules\/(har-validator|tough-cookie|request-promise)"/);
  });

  test('requires only undici, keelson/core and what belongs to node', () => {
    const required = [...read(join(dist, 'index.js')).matchAll(/\brequire\("([^"]+)"\)/g)].map(
      (match) => match[1] as string,
    );
    const outside = new Set(required.filter((name) => !isBuiltin(name)));
    expect([...outside].sort()).toEqual(['../../core/index.js', 'undici']);
  });

  test('has types that name no package', () => {
    const types = readdirSync(join(root, dist)).filter((name) => name.endsWith('.d.ts'));
    const reached = new Set(['index.d.ts']);
    for (const name of reached)
      for (const [, next] of read(join(dist, name)).matchAll(/from '\.\/([^']+)'/g)) reached.add(`${next}.d.ts`);
    expect(types).toEqual(expect.arrayContaining([...reached]));
    for (const name of reached) expect(read(join(dist, name))).not.toMatch(/eureka-js-client'|from 'undici'/);
  });
});
