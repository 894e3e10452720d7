import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCli } from '../../src/cli/run-cli';

const root = resolve(__dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-cli-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const output = { out: (text: string) => void (told.out += text), err: (text: string) => void (told.err += text) };
  return { code: await runCli(args, output, folder), ...told };
}

/** A folder with a service; `body` is that of its function. */
function project(body: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "keelson": { "service": "dist/service.js" } }');
  mkdirSync(join(folder, 'dist'));
  const keelson = JSON.stringify(join(root, 'dist'));
  const text = `const { createService, KeelsonError } = require(${keelson});\nexports.createGreeter = (settings) => { ${body} };\n`;
  writeFileSync(join(folder, 'dist', 'service.js'), text);
}

/** The command line as its users have it. */
function command(args: readonly string[], env: Record<string, string> = {}): Promise<[number, string, string]> {
  const main = join(root, 'dist', 'cli', 'main.js');
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
  return new Promise((done) => {
    const child = execFile(process.execPath, [main, ...args], options, (_error, out, err) =>
      done([child.exitCode as number, out, err]),
    );
  });
}

test.each([[['--version']], [['-v']]])('%j is the version of the package', async (args) => {
  expect(await run(args)).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([[['--help']], [['-h']], [['config', '--help']], [['dlq', 'show', '-h']]])(
  '%j is the usage',
  async (args) => {
    const { code, out, err } = await run(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('keelson config [--json]');
  },
);

test('nothing is no command', async () => {
  const { code, out, err } = await run([]);
  expect([code, out]).toEqual([2, '']);
  expect(err.startsWith("keelson: the chassis's command line")).toBe(true);
});

test.each([
  [['fly'], 'keelson: fly: not understood'],
  [['config', 'now'], 'keelson: config now: not understood'],
  [['topology', 'fly'], 'keelson: topology fly: not understood; it is print or apply'],
  [['--fast'], "Unknown option '--fast'"],
  [['config', '--json=yes'], '--json'],
])('%j is not understood', async (args, text) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
  expect(err).toContain('keelson --help');
});

test('a folder without a service is an error that says so', async () => {
  expect(await run(['config'])).toEqual({ code: 1, out: '', err: `There is no package.json in ${folder}.\n` });
});

/** Jest cannot import files by their URL: what a real service answers is shown by the real command. */
describe('config', () => {
  const made = `return createService({ name: 'greeter', settings,
    config: { greeting: { doc: 'Said to visitors', format: String, default: 'hello', env: 'GREETING' } } });`;

  test('is a table of all settings, and the process ends', async () => {
    project(made);
    const [code, out, err] = await command(['config'], { GREETING: 'hi' });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^SETTING +TYPE +DEFAULT +VALUE +FROM +ENVIRONMENT$/m);
    expect(out).toMatch(/^greeting +string +hello +hi +environment variable GREETING +GREETING$/m);
    expect(out).toMatch(/^http\.port +port +3000 +3000 +default +PORT$/m);
  });

  test('--json is for programs', async () => {
    project(made);
    const [code, out] = await command(['config', '--json'], { MANAGEMENT_TOKEN: 'open-sesame' });
    const settings = JSON.parse(out) as { key: string; value: unknown }[];
    expect([code, settings.find(({ key }) => key === 'greeting')?.value]).toEqual([0, 'hello']);
    expect(out).not.toContain('open-sesame');
  });

  test('an invalid configuration is the report and 78', async () => {
    project(made);
    const [code, out, err] = await command(['config'], { PORT: 'abc', LOG_LEVEL: 'loud' });
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('The configuration is invalid, 2 problems:');
    expect(err).not.toContain('    at ');
  });

  test('an error of the service is an error, not a misuse, even a TypeError with a code', async () => {
    project(`throw Object.assign(new TypeError('of the service'), { code: 'ERR_INVALID_ARG_TYPE' });`);
    expect(await command(['config'])).toEqual([1, '', 'of the service\n']);
  });

  test('what looks like a secret in such an error is masked', async () => {
    project(`throw new Error('no answer from amqp://u:hunter22@h');`);
    expect(await command(['config'])).toEqual([1, '', 'no answer from amqp://u:******@h\n']);
  });

  test('what is thrown may be no error', async () => {
    project(`throw 'a text';`);
    expect(await command(['config'])).toEqual([1, '', 'a text\n']);
  });
});
