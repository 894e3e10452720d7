import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Code in the documents is code: each block is a whole program that is compiled against the built package and run. A program that
 * starts a service is told to stop once it is ready; every program must end with exit code 0.
 */
const root = resolve(__dirname, '..');
const build = join(root, '.docs-build');
const pages = [
  'README.md',
  ...['docs', join('docs', 'resilience')].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

interface Block {
  readonly title: string;
  readonly file: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match, i) => {
    const line = text.slice(0, match.index).split('\n').length;
    const file = join(build, dirname(page), `${basename(page, '.md')}-${i + 1}`, 'program.mts');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, match[1] as string);
    return { title: `${page}:${line}`, file };
  });
}

rmSync(build, { recursive: true, force: true });
const blocks = pages.flatMap(blocksOf);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

test('every block compiles', () => {
  expect(blocks.length).toBeGreaterThan(5);
  const program = ts.createProgram(
    blocks.map(({ file }) => file),
    options,
  );
  const problems = ts.getPreEmitDiagnostics(program).map((one) => {
    const at =
      one.file === undefined
        ? ''
        : `${one.file.fileName}:${one.file.getLineAndCharacterOfPosition(one.start ?? 0).line + 1} `;
    return at + ts.flattenDiagnosticMessageText(one.messageText, '\n');
  });
  expect(problems).toEqual([]);
  program.emit();
}, 60_000);

test.each(blocks.map(({ title, file }) => [title, file]))(
  '%s runs',
  async (_title, file) => {
    const child = spawn(process.execPath, [file.replace(/\.mts$/, '.mjs')], {
      cwd: dirname(file),
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        HTTP_HOST: '127.0.0.1',
        SHUTDOWN_DRAIN_DELAY_MS: '0',
        NODE_ENV: 'test',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let told = false;
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!told && output.includes('"message":"ready"')) told = child.kill('SIGTERM');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(limit);
    expect({ code, signal, output: code === 0 ? '' : output }).toEqual({ code: 0, signal: null, output: '' });
  },
  30_000,
);
