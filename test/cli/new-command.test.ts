import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { newCommand } from '../../src/cli/new-command';
import { ownVersion } from '../../src/cli/own-package';
import { testContext, type TestContext } from './support/context';

let cwd: string;

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'keelson-new-')));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const contextWith = (more: Parameters<typeof testContext>[0] = {}): TestContext => testContext({ cwd, ...more });
const manifest = (folder = 'orders'): { name: string; dependencies: Record<string, string> } =>
  JSON.parse(readFileSync(join(cwd, folder, 'package.json'), 'utf8')) as ReturnType<typeof manifest>;

/** Somebody who answers with these lines, in this order, and then goes away. */
function answering(...lines: string[]): {
  questions: string[];
  prompt: (question: string) => Promise<string | undefined>;
} {
  const questions: string[] = [];
  const prompt = (question: string): Promise<string | undefined> => {
    questions.push(question);
    return Promise.resolve(lines.shift());
  };
  return { questions, prompt };
}

describe('with nobody to ask', () => {
  test('a name is enough; what comes next is told', async () => {
    const context = contextWith();
    expect(await newCommand(['orders'], context)).toBe(0);
    expect(manifest()).toMatchObject({ name: 'orders', dependencies: { keelson: ownVersion() } });
    expect(context.told).toEqual({
      out: `orders is in ${join(cwd, 'orders')}, made from the template minimal. Next:\n\n  cd orders\n  npm install\n  npm test\n  npm start\n\nCommit package-lock.json too: the Dockerfile installs what it says.\n`,
      err: '',
    });
  });

  test('template, folder, package manager and keelson as they were said', async () => {
    const context = contextWith();
    const words = ['orders', '--template=event-worker', '--dir=a/b', '--pm=pnpm', '--keelson=k.tgz'];
    expect(await newCommand(words, context)).toBe(0);
    expect(manifest('a/b').dependencies['keelson']).toBe(`file:${join(cwd, 'k.tgz')}`);
    expect(existsSync(join(cwd, 'a/b/src/invoice-due.ts'))).toBe(true);
    expect(context.told.out).toContain('  cd a/b\n  pnpm install\n');
    expect(context.told.out).toContain('Commit pnpm-lock.yaml too');
  });

  test('started by pnpm, it is pnpm', async () => {
    const context = contextWith({ env: { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v20.19.0 linux x64' } });
    expect(await newCommand(['orders'], context)).toBe(0);
    expect(context.told.out).toContain('  pnpm install\n');
  });

  test('a folder that a shell would split is quoted', async () => {
    const context = contextWith();
    expect(await newCommand(['orders', '--dir', 'my work/orders'], context)).toBe(0);
    expect(context.told.out).toContain('  cd "my work/orders"\n');
  });

  test('the current folder, if it is empty, needs no cd', async () => {
    const context = contextWith();
    expect(await newCommand(['orders', '--dir', '.'], context)).toBe(0);
    expect(manifest('.').name).toBe('orders');
    expect(context.told.out).not.toContain('cd ');
  });

  test.each([[[]], [['--yes', '--template', 'minimal']]])('without a name, %j is a misuse', async (words) => {
    const { prompt, questions } = answering('orders');
    const context = contextWith(words.length === 0 ? {} : { prompt });
    await expect(newCommand(words, context)).rejects.toMatchObject({
      message: 'new: the name of the service is missing',
      code: 'ERR_PARSE_ARGS_MISUSE',
    });
    expect([questions, readdirSync(cwd)]).toEqual([[], []]);
  });

  test('a folder that is occupied is refused', async () => {
    mkdirSync(join(cwd, 'orders'));
    writeFileSync(join(cwd, 'orders', 'mine'), '');
    await expect(newCommand(['orders'], contextWith())).rejects.toThrow('is not empty');
    expect(readdirSync(join(cwd, 'orders'))).toEqual(['mine']);
  });

  test('a name that the template cannot take writes nothing', async () => {
    await expect(newCommand(['service'], contextWith())).rejects.toThrow('Take another name.');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('interrupted, it says so, and nothing is there', async () => {
    const context = contextWith();
    context.abort.abort();
    expect(await newCommand(['orders'], context)).toBe(130);
    expect(context.told).toEqual({ out: '', err: 'interrupted; nothing was written\n' });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('with somebody to ask', () => {
  test('asks for all that was left out', async () => {
    const { prompt, questions } = answering('orders', '3', '', 'pnpm');
    const context = contextWith({ prompt });
    expect(await newCommand([], context)).toBe(0);
    expect(questions).toEqual([
      'Name of the service: ',
      expect.stringMatching(
        /^Templates:\n {2}1 minimal .*\n {2}2 rest-api .*\n {2}3 event-worker .*\nTemplate \[minimal\]: $/,
      ),
      'Folder [orders]: ',
      'npm or pnpm [npm]: ',
    ]);
    expect(context.told.out).toContain('template event-worker');
    expect(context.told.out).toContain('  pnpm test\n');
  });

  test('an empty answer is the default', async () => {
    const context = contextWith({ prompt: answering('', '', '').prompt });
    expect(await newCommand(['orders'], context)).toBe(0);
    expect(context.told.out).toContain('template minimal');
    expect(context.told.out).toContain('  npm test\n');
  });

  test('asks again when an answer will not do', async () => {
    const { prompt, questions } = answering('Orders', ' orders ', '4', '0', 'event-worker', 'there', 'yarn', 'npm');
    const context = contextWith({ prompt });
    expect(await newCommand([], context)).toBe(0);
    expect(questions).toHaveLength(8);
    expect(context.told.err).toContain('"Orders" is no name for a service.');
    expect(context.told.err.match(/A number from 1 to 3, or the name\./g)).toHaveLength(2);
    expect(context.told.err).toContain('npm or pnpm.\n');
    expect(manifest('there').name).toBe('orders');
  });

  test('asks for nothing that was said', async () => {
    const { prompt, questions } = answering();
    const words = ['orders', '--template', 'minimal', '--dir', 'orders', '--pm', 'npm'];
    expect(await newCommand(words, contextWith({ prompt }))).toBe(0);
    expect(questions).toEqual([]);
  });

  test('asks for nothing with --yes', async () => {
    const { prompt, questions } = answering();
    expect(await newCommand(['orders', '--yes'], contextWith({ prompt }))).toBe(0);
    expect(questions).toEqual([]);
  });

  test.each([[[]], [['orders']], [['orders', '1']], [['orders', '1', 'there']]])(
    'who goes away after %j gets nothing',
    async (answers) => {
      const context = contextWith({ prompt: answering(...answers).prompt });
      expect(await newCommand([], context)).toBe(130);
      expect([context.told.out, readdirSync(cwd)]).toEqual(['', []]);
    },
  );

  test('a folder that is occupied is refused before more is asked', async () => {
    mkdirSync(join(cwd, 'orders', 'mine'), { recursive: true });
    const { prompt, questions } = answering('orders', '', '');
    await expect(newCommand([], contextWith({ prompt }))).rejects.toThrow('is not empty');
    expect(questions).toHaveLength(3);
  });
});

test('nothing is loaded from the current folder', () => {
  const main = resolve(__dirname, '../../dist/cli/main.js');
  const trap = 'process.stderr.write("loaded"); process.exit(9);';
  for (const name of ['keelson', 'express', 'typescript', '@opentelemetry/api']) {
    mkdirSync(join(cwd, 'node_modules', name), { recursive: true });
    writeFileSync(join(cwd, 'node_modules', name, 'index.js'), trap);
  }
  mkdirSync(join(cwd, 'dist'));
  writeFileSync(join(cwd, 'dist', 'service.js'), trap);
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module", "keelson": { "service": "dist/service.js" } }');
  const env = { PATH: process.env['PATH'] };
  const out = execFileSync(process.execPath, [main, 'new', 'orders', '--yes'], { cwd, env, encoding: 'utf8' });
  expect(out).toContain('made from the template minimal');
  expect(manifest().name).toBe('orders');
});
