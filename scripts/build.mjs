// Builds the package: types by tsc; each folder as one CommonJS file, because 180 files take longer to find than to run; and for each subpath
// export a facade that gives `import` the very same objects.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const require = createRequire(import.meta.url);
const { exports: subpaths } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(join(root, 'dist'), { recursive: true, force: true });
const typescript = [require.resolve('typescript/bin/tsc'), '-p', join(root, 'tsconfig.json'), '--emitDeclarationOnly'];
execFileSync(process.execPath, typescript, { stdio: 'inherit' });

const folders = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const entries = ['', ...folders]
  .flatMap((folder) => ['index.ts', 'main.ts'].map((file) => join(source, folder, file)))
  .filter((path) => existsSync(path));
await build({
  entryPoints: entries,
  outbase: source,
  outdir: join(root, 'dist'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [{ name: 'folders stay apart', setup: keepFoldersApart }],
});

/** Other folders (always imported by their index) and packages are required, so that there is one copy of each at run time. */
function keepFoldersApart({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ kind, path }) => (kind === 'entry-point' ? undefined : { path, external: true }));
  onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
    const target = relative(source, resolve(resolveDir, path));
    if (!folders.includes(target)) return undefined;
    const from = relative(source, resolveDir) === '' ? '.' : '..';
    return { path: `${from}/${target}/index.js`, external: true };
  });
}

for (const [subpath, conditions] of Object.entries(subpaths)) {
  if (typeof conditions === 'string') continue;
  const facade = join(root, conditions.import.default);
  const names = Object.keys(require(join(root, conditions.require.default)));
  if (names.length === 0) throw new Error(`${subpath} exports nothing`);
  const lines = names.map((name) => `export const ${name} = implementation.${name};`);
  writeFileSync(facade, `import implementation from './index.js';\n\n${lines.join('\n')}\n`);
  writeFileSync(facade.replace(/\.mjs$/, '.d.mts'), "export * from './index.js';\n");
}
