// Builds the package: types by tsc; each folder as one CommonJS file, because 180 files take longer to find than to run; the same of an adapter with a
// door of its own; and for each subpath export a facade that gives `import` the very same objects.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
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
const common = {
  outbase: source,
  outdir: join(root, 'dist'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
};
/** Adapters inside a folder that have a subpath export of their own, and the packages that are compiled into them: docs/adr/0012. */
const adapters = { 'discovery/eureka': ['eureka-js-client'], 'messaging/amqp': [] };
await build({ ...common, entryPoints: entries, plugins: [keepFoldersApart([])] });

for (const [adapter, compiledIn] of Object.entries(adapters)) {
  const entryPoints = [join(source, adapter, 'index.ts')];
  const { metafile } = await build({ ...common, entryPoints, plugins: [keepFoldersApart(compiledIn, adapter)] });
  if (compiledIn.length === 0) continue;
  writeFileSync(join(root, 'dist', adapter, 'THIRD-PARTY.txt'), thirdParties(Object.keys(metafile.inputs)));
}

// What `keelson doctor` starts a service with, in a process of its own.
const doctor = 'cli/doctor';
await build({
  ...common,
  entryPoints: [join(source, doctor, 'main.ts')],
  plugins: [keepFoldersApart([], doctor)],
});

/**
 * Other folders (always imported by their index) and packages are required, so that there is one copy of each at run time. Not so those packages that are
 * compiled in, and what they need.
 */
function keepFoldersApart(compiledIn, adapter = '') {
  const up = '../'.repeat(adapter.split('/').length);
  const setup = ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ kind, path, importer }) => {
      if (kind === 'entry-point' || compiledIn.includes(path)) return undefined;
      const inside = importer.includes('/node_modules/') && !isBuiltin(path);
      return inside ? undefined : { path, external: true };
    });
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const target = relative(source, resolve(resolveDir, path));
      if (!folders.includes(target) && !(target in adapters)) return undefined;
      const from = relative(source, resolveDir) === '' ? './' : up;
      return { path: `${from}${target}/index.js`, external: true };
    });
  };
  return { name: 'folders stay apart', setup };
}

/** Who wrote what is compiled in, and under which licence. */
function thirdParties(inputs) {
  const packages = new Set(
    inputs.map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean),
  );
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} is compiled in and has no licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `index.js in this folder contains, beside keelson itself:\n${rule}${texts.join(rule)}`;
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
