import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from '../../src/cli/doctor/checks';
import { faults, type Fault, type Template } from './fixtures/doctor-faults';

const root = join(__dirname, '../..');
const folders: string[] = [];

beforeAll(() => {
  for (const template of ['minimal', 'event-worker'])
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(root, 'examples', template)]);
});

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A copy of a template as it is built, outside of the repository. */
function copyOf(template: Template): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-doctor-'));
  folders.push(folder);
  for (const name of ['package.json', 'dist']) {
    cpSync(join(root, 'examples', template, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'keelson'));
  return folder;
}

function plant(folder: string, { find, put }: Fault): void {
  const file = join(folder, 'dist', 'service.js');
  const text = readFileSync(file, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`the template has not once: ${find}`);
  writeFileSync(
    file,
    text.replace(find, () => put),
  );
}

interface Report {
  readonly passed: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly findings?: readonly { readonly problem: string }[];
  }[];
}

function doctor(folder: string, words: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const main = join(root, 'dist', 'cli', 'main.js');
  return new Promise((done) => {
    const child = execFile(process.execPath, [main, 'doctor', ...words], { cwd: folder }, (_error, out, err) =>
      done({ code: child.exitCode, out, err }),
    );
  });
}

test.each<[Template, readonly string[]]>([
  ['minimal', ['clients', 'outage', 'poison']],
  ['event-worker', ['outage']],
])('%s is sound', async (template, skipped) => {
  const { code, out, err } = await doctor(copyOf(template), ['--json']);
  const report = JSON.parse(out) as Report;
  expect(report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect([code, err, report.passed]).toEqual([0, '', true]);
  expect(report.checks.map(({ name }) => name)).toEqual(checks.map(({ name }) => name));
  expect(report.checks.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name)).toEqual(skipped);
});

test('there is a fault for each line of the report', () => {
  const found = new Set(faults.map(({ check }) => check));
  expect(checks.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});

// Two at a time (jest.system.config.cjs): each is a process of its own, and waits most of the time.
test.concurrent.each(faults.map((fault) => [fault.check, fault.what, fault] as const))(
  '%s finds %s',
  async (check, _, fault) => {
    const folder = copyOf(fault.template);
    plant(folder, fault);
    const { code, out } = await doctor(folder, ['--json', '--only', check]);
    const report = JSON.parse(out) as Report;
    expect(report.checks).toMatchObject([{ name: check, outcome: 'failed' }]);
    const problems = report.checks[0]?.findings?.map(({ problem }) => problem).join('\n');
    expect(problems).toMatch(fault.said);
    expect([code, report.passed]).toEqual([1, false]);
  },
);

test('an invalid configuration is told, and the exit code is 78', async () => {
  const folder = copyOf('minimal');
  const fault = { find: "default: 'hello'", put: 'default: 42' };
  plant(folder, { ...fault, check: '', what: '', template: 'minimal', said: /./ });
  const { code, out, err } = await doctor(folder, []);
  expect([code, out]).toEqual([78, '']);
  expect(err).toContain('greeting');
});

test('a service that cannot start says why, in its own words', async () => {
  const folder = copyOf('minimal');
  const put =
    "service.use({ name: 'db', start() { throw new Error('no database at db:5432'); } });\n    return service;";
  plant(folder, { find: 'return service;', put, check: '', what: '', template: 'minimal', said: /./ });
  const { code, out } = await doctor(folder, ['--only', 'configuration,start-up']);
  expect(code).toBe(1);
  expect(out).toContain('✓ configuration is valid');
  expect(out).toContain("The component 'db' could not start: no database at db:5432");
});
