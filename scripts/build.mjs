// Builds the package: TypeScript to CommonJS once, then for each subpath export a facade that gives `import` the very same objects.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const { exports: subpaths } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')], {
  stdio: 'inherit',
});

for (const [subpath, conditions] of Object.entries(subpaths)) {
  if (typeof conditions === 'string') continue;
  const facade = join(root, conditions.import.default);
  const names = Object.keys(require(join(root, conditions.require.default)));
  if (names.length === 0) throw new Error(`${subpath} exports nothing`);
  const lines = names.map((name) => `export const ${name} = implementation.${name};`);
  writeFileSync(facade, `import implementation from './index.js';\n\n${lines.join('\n')}\n`);
  writeFileSync(facade.replace(/\.mjs$/, '.d.mts'), "export * from './index.js';\n");
}
