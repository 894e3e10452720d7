import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TextFile } from '../../src/cli/new-files';
import { readTemplate, refuseOccupied, writeFolder } from '../../src/cli/new-folder';

let folder: string;
let target: string;
const files: TextFile[] = [
  { path: '.gitignore', text: 'dist/\n' },
  { path: 'package.json', text: '{}' },
  { path: 'src/deep/main.ts', text: 'export {};\n' },
];
/** The second cannot be written where the first is: a failure halfway, as a full disk makes one. */
const failing: TextFile[] = [
  { path: 'src', text: '' },
  { path: 'src/main.ts', text: '' },
];
const { signal } = new AbortController();
const all = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'keelson-new-')));
  target = join(folder, 'orders');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('writes all files into a folder that was not there, and nothing beside it', async () => {
  await writeFolder(target, files, signal);
  expect(all()).toEqual([
    'orders',
    'orders/.gitignore',
    'orders/package.json',
    'orders/src',
    'orders/src/deep',
    'orders/src/deep/main.ts',
  ]);
  expect(readFileSync(join(target, 'src/deep/main.ts'), 'utf8')).toBe('export {};\n');
});

test('the folder is as open as others that are made here', async () => {
  mkdirSync(join(folder, 'other'));
  await writeFolder(target, files, signal);
  expect(statSync(target).mode).toBe(statSync(join(folder, 'other')).mode);
});

test('makes the folders above', async () => {
  await writeFolder(join(target, 'a', 'b'), files, signal);
  expect(existsSync(join(target, 'a', 'b', 'package.json'))).toBe(true);
});

test('an empty folder is filled, and stays the same: a shell may stand in it', async () => {
  mkdirSync(target);
  const { ino } = statSync(target);
  await writeFolder(target, files, signal);
  expect(readdirSync(target).sort()).toEqual(['.gitignore', 'package.json', 'src']);
  expect(statSync(target).ino).toBe(ino);
});

test('a folder with anything in it is refused and left alone', async () => {
  mkdirSync(target);
  writeFileSync(join(target, '.hidden'), 'mine');
  await expect(writeFolder(target, files, signal)).rejects.toThrow(`${target} is not empty.`);
  expect(all()).toEqual(['orders', 'orders/.hidden']);
});

test('a file in its place is refused', async () => {
  writeFileSync(target, 'mine');
  await expect(refuseOccupied(target)).rejects.toThrow(`${target} is not a folder.`);
});

test('what cannot be looked at is told', async () => {
  await expect(refuseOccupied(join(folder, 'x'.repeat(300)))).rejects.toThrow('ENAMETOOLONG');
});

test.each(['orders', 'a/b/orders'])('a failure halfway to %s leaves nothing', async (path) => {
  await expect(writeFolder(join(folder, path), failing, signal)).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(all()).toEqual([]);
});

test('a failure halfway leaves an empty folder empty', async () => {
  mkdirSync(target);
  await expect(writeFolder(target, failing, signal)).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(all()).toEqual(['orders']);
});

test('a failure while entries are moved into an empty folder takes back those that were moved', async () => {
  mkdirSync(target);
  // Somebody puts a folder with something in it where ours is to go.
  const meanwhile = function* (): Generator<TextFile> {
    yield* files;
    mkdirSync(join(target, 'src'));
    writeFileSync(join(target, 'src', 'theirs'), '');
  };
  await expect(writeFolder(target, meanwhile(), signal)).rejects.toThrow(/ENOTEMPTY|EEXIST/);
  expect(all()).toEqual(['orders', 'orders/src', 'orders/src/theirs']);
});

test('who comes second is refused, and the first stays whole', async () => {
  const meanwhile = function* (): Generator<TextFile> {
    yield* files;
    mkdirSync(target);
    writeFileSync(join(target, 'theirs'), '');
  };
  await expect(writeFolder(target, meanwhile(), signal)).rejects.toThrow(/ENOTEMPTY|EEXIST/);
  expect(all()).toEqual(['orders', 'orders/theirs']);
});

test.each([0, 1, 2, 3])('interrupted after %i files, nothing is left', async (count) => {
  const abort = new AbortController();
  const interrupted = function* (): Generator<TextFile> {
    for (const [at, file] of files.entries()) {
      if (at === count) abort.abort('enough');
      yield file;
    }
    abort.abort('enough');
  };
  await expect(writeFolder(join(target, 'deep'), interrupted(), abort.signal)).rejects.toBe('enough');
  expect(all()).toEqual([]);
});

test('folders above in which somebody has put something meanwhile stay', async () => {
  const meanwhile = function* (): Generator<TextFile> {
    writeFileSync(join(target, 'theirs'), '');
    yield* failing;
  };
  await expect(writeFolder(join(target, 'a', 'b'), meanwhile(), signal)).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(all()).toEqual(['orders', 'orders/theirs']);
});

test('a template is read without what was installed and built in it', async () => {
  for (const path of ['src', 'dist', 'node_modules/x', 'coverage']) mkdirSync(join(target, path), { recursive: true });
  for (const path of ['package.json', 'package-lock.json', 'src/main.ts', 'dist/main.js', 'node_modules/x/a.js'])
    writeFileSync(join(target, path), path);
  expect(await readTemplate(target)).toEqual([
    { path: 'package.json', text: 'package.json' },
    { path: 'src/main.ts', text: 'src/main.ts' },
  ]);
});

test('a folder without a project is no template', async () => {
  await expect(readTemplate(target)).rejects.toThrow(`There is no template in ${target}.`);
});
