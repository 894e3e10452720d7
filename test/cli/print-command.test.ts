import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { printable, printCommand } from '../../src/cli/print-command';
import { testContext } from './support/context';

const examples = resolve(__dirname, '../../examples');
const folder = mkdtempSync(join(tmpdir(), 'keelson-print-'));
const file = (path: string): string => readFileSync(join(examples, path), 'utf8');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function printed(words: readonly string[], cwd = '/nowhere'): Promise<string> {
  const context = testContext({ cwd });
  expect(await printCommand(words, context)).toBe(0);
  expect(context.told.err).toBe('');
  return context.told.out;
}

/** A folder with this package.json. */
function folderOf(name: string, manifest: object): string {
  const made = join(folder, name);
  mkdirSync(made);
  writeFileSync(join(made, 'package.json'), JSON.stringify(manifest));
  return made;
}

test.each([
  ['dashboard', 'operations/grafana-dashboard.json'],
  ['rules', 'operations/prometheus-rules.yaml'],
  ['prometheus', 'operations/prometheus.yml'],
  ['compose', 'minimal/compose.yaml'],
])('prints %s as it lies in the package', async (name, path) => {
  expect(await printed([name])).toBe(file(path));
});

test('prints every file that there is of every template', async () => {
  const files: readonly (readonly [string, string])[] = [
    ['dockerfile', 'Dockerfile'],
    ['dockerignore', '.dockerignore'],
    ['compose', 'compose.yaml'],
  ];
  expect(printable).toEqual(expect.arrayContaining(files.map(([name]) => name)));
  const templates = readdirSync(examples).filter((name) => name !== 'operations');
  const there = templates.flatMap((template) =>
    files.filter(([, path]) => existsSync(join(examples, template, path))).map((one) => [template, ...one] as const),
  );
  expect(there.length).toBeGreaterThan(2);
  for (const [template, name, path] of there)
    expect(await printed([name, '--template', template])).toBe(file(`${template}/${path}`));
});

test('fills in the name of the service in the folder, without its scope', async () => {
  const cwd = folderOf('own', { name: '@shop/order-$&-book', keelson: { service: 'dist/service.js' } });
  const text = await printed(['compose'], cwd);
  expect(text).toContain('name: order-$&-book\n');
  expect(text).not.toContain('greeter');
  expect(await printed(['compose', '--template=event-worker'], cwd)).toContain('image: order-$&-book\n');
});

test.each([
  ['no service', { name: 'other' }],
  ['no name', { keelson: { service: 'dist/service.js' } }],
])('keeps the name of the template in a folder with %s', async (what, manifest) => {
  expect(await printed(['compose'], folderOf(what, manifest))).toBe(file('minimal/compose.yaml'));
});

test('says which templates have the file, if one has not', async () => {
  const asked = printed(['compose', '--template', '../src']);
  await expect(asked).rejects.toThrow(
    /^There is no compose\.yaml of a template \.\.\/src\. Say --template and one of .*minimal/,
  );
});

test('does not print one file of operations, which needs the others beside it, and says how to get all', async () => {
  const advice = 'cp -r node_modules/keelson/examples/operations .';
  await expect(printed(['compose', '--template', 'operations'])).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining(advice),
  });
  await expect(printed(['compose', '--template', 'none'])).rejects.toThrow(/^(?!.*operations)/);
});

test.each([
  [[]],
  [['everything']],
  [['rules', 'dashboard']],
  [['rules', '--template', 'minimal']],
  [['rules', '--all']],
])('does not understand %j', async (words) => {
  const work = async (): Promise<unknown> => printCommand(words, testContext({}));
  await expect(work()).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_PARSE_ARGS_/) });
});
