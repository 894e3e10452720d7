import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadService, namesService } from '../../src/cli/load-service';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-cli-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function project(content: unknown = { keelson: { service: 'dist/service.js' } }): void {
  writeFileSync(join(folder, 'package.json'), typeof content === 'string' ? content : JSON.stringify(content));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'service.js'), '');
}

const load = (exported: Record<string, unknown>, settings?: Record<string, unknown>): Promise<unknown> =>
  loadService(folder, settings, () => Promise.resolve(exported));

const failure = (message: string): unknown =>
  expect.objectContaining({ code: 'START_FAILED', message: expect.stringContaining(message) });

test('makes the service with the settings, from the module that package.json names', async () => {
  project();
  const urls: string[] = [];
  const made = await loadService(folder, { http: { port: 0 } }, (url) => {
    urls.push(url);
    return Promise.resolve({ createGreeter: (settings: unknown) => ({ settings }), helper: () => 1, create: 'text' });
  });
  expect(made).toEqual({ settings: { http: { port: 0 } } });
  expect(urls).toEqual([pathToFileURL(join(folder, 'dist', 'service.js')).href]);
});

test('takes what a CommonJS module exports, and a function that answers later', async () => {
  project();
  const createGreeter = (settings: object): Promise<object> => Promise.resolve({ settings });
  expect(await load({ default: { createGreeter }, createGreeter })).toEqual({ settings: {} });
  expect(await load({ default: { createGreeter } })).toEqual({ settings: {} });
});

test('passes on what the function throws', async () => {
  project();
  const createGreeter = (): never => {
    throw new RangeError('of the service');
  };
  await expect(load({ createGreeter })).rejects.toThrow(RangeError);
});

test.each([[{}], [{ keelson: {} }], [{ keelson: { service: 7 } }], [{ keelson: null }], ['null'], ['7']])(
  'says what is missing in the package.json %j',
  async (content) => {
    project(content);
    await expect(load({})).rejects.toEqual(failure('does not name its service: "keelson": { "service"'));
  },
);

test('says which file cannot be read', async () => {
  project('{ "keelson": ');
  await expect(load({})).rejects.toEqual(failure(`${join(folder, 'package.json')} cannot be read: `));
});

test('says that there is no package.json', async () => {
  await expect(load({})).rejects.toEqual(failure(`There is no package.json in ${folder}.`));
});

test('says that the service was not built', async () => {
  project({ keelson: { service: 'dist/other.js' } });
  await expect(load({})).rejects.toEqual(failure('dist/other.js is not there. Build the service first'));
});

test.each([
  [{ helper: () => 1 }, 0],
  [{ createA: () => 1, createB: () => 2 }, 2],
])('says that there must be one function: %p', async (exported, count) => {
  project();
  await expect(load(exported)).rejects.toEqual(failure(`one function named create..., and it exports ${count}.`));
});

test('a folder that names a service is told from others', () => {
  expect(namesService(folder)).toBe(false);
  project();
  expect(namesService(folder)).toBe(true);
});
