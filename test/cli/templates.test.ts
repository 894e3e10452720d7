import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { newFiles, type TextFile } from '../../src/cli/new-files';
import { readTemplate } from '../../src/cli/new-folder';
import { packageRoot } from '../../src/cli/own-package';
import { templateNamed, templates } from '../../src/cli/templates';

const folderOf = (name: string): string => join(packageRoot, 'examples', name);
const names = templates.map(({ name }) => name);

test('a template is found by its name', () => {
  expect(templateNamed('event-worker')?.name).toBe('event-worker');
  expect(templateNamed('shop')).toBeUndefined();
});

test('the package has all of them', () => {
  const { files } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toEqual(expect.arrayContaining(names.map((name) => `examples/${name}`)));
});

test('docs/new.md has all of them', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'new.md'), 'utf8');
  const rows = [...page.matchAll(/^\| \[?`([a-z][a-z-]*)`/gm)].map(([, name]) => name);
  expect(rows).toEqual(names);
});

describe.each(names)('%s', (name) => {
  let template: TextFile[];

  beforeAll(async () => {
    template = await readTemplate(folderOf(name));
  });

  test('is a whole project', () => {
    const wanted = ['.dockerignore', 'Dockerfile', 'README.md', 'package.json', 'src/main.ts', 'src/service.ts'];
    expect(template.map(({ path }) => path)).toEqual(expect.arrayContaining(wanted));
    expect(template.filter(({ path }) => /^(node_modules|dist)\/|package-lock/.test(path))).toEqual([]);
    expect(existsSync(join(folderOf(name), 'src'))).toBe(true);
  });

  test('names in its code the service in texts only, so that a name with dashes can take its place', () => {
    const old = (JSON.parse(textOf(template, 'package.json')) as { name: string }).name;
    const wrong = template
      .filter(({ path }) => /\.(c|m)?[jt]s$/.test(path))
      .filter(({ path, text }) => identifiersOf(path, text).includes(old));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('has no link that leads out of it', () => {
    for (const { path, text } of template.filter((file) => file.path.endsWith('.md')))
      expect([path, text.match(/\]\(\.\.\/[^)]*/g)]).toEqual([path, null]);
  });

  test.each(['npm', 'pnpm'] as const)('renamed, for %s, nothing of its old name or place is left', (pm) => {
    const old = (JSON.parse(textOf(template, 'package.json')) as { name: string }).name;
    const files = newFiles(template, { name: 'order-history', pm, keelson: '9.9.9' });
    const left = files.filter(({ path, text }) => new RegExp(`\\b${old}\\b`).test(`${path}\n${text}`));
    expect(left.map(({ path }) => path)).toEqual([]);
    expect(textOf(files, 'src/service.ts')).toContain('export function createOrderHistory(');
    expect(files.filter(({ text }) => text.includes('file:../..'))).toEqual([]);
  });

  test('with pnpm, npm is spoken of only where it brings pnpm or builds', () => {
    const files = newFiles(template, { name: 'order-history', pm: 'pnpm', keelson: '9.9.9' });
    expect(textOf(files, 'Dockerfile')).toContain(' install --frozen-lockfile --prod');
    expect(textOf(files, 'Dockerfile')).not.toMatch(/npm ci|package\*/);
    expect(textOf(files, 'README.md')).not.toMatch(/(?<!p)npm (install|ci|test|start)|package-lock|npx keelson/);
    expect(textOf(files, '.dockerignore')).not.toContain('package-lock');
  });
});

function textOf(files: readonly TextFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

function identifiersOf(path: string, text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node.text);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  return found;
}
