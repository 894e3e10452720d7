import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { testWith } from '../support/need';

const operations = resolve(__dirname, '../../../examples/operations');
const rules = join(operations, 'prometheus-rules.yaml');
const cases = join(__dirname, 'rules');
const groups = readdirSync(cases);
const folder = mkdtempSync(join(tmpdir(), 'keelson-rules-'));
const withPromtool = testWith('promtool');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

/** Runs the cases of a group against these rules. */
function tried(group: string, text: string): { status: number | null; said: string } {
  writeFileSync(join(folder, 'prometheus-rules.yaml'), text);
  copyFileSync(join(cases, group), join(folder, group));
  return promtool('test', 'rules', group);
}

withPromtool('promtool finds nothing wrong with the rules and with prometheus.yml', () => {
  expect(promtool('check', 'rules', rules)).toMatchObject({ status: 0 });
  expect(promtool('check', 'config', '--syntax-only', join(operations, 'prometheus.yml'))).toMatchObject({ status: 0 });
});

withPromtool.each(groups)('%s: each alert fires for its bad series and is quiet for good ones', (group) => {
  const { status, said } = tried(group, readFileSync(rules, 'utf8'));
  expect({ status, said: status === 0 ? '' : said }).toEqual({ status: 0, said: '' });
});

withPromtool('a rule that never fires, and one that always does, would have been found', () => {
  const text = readFileSync(rules, 'utf8');
  for (const threshold of ['> 999', '> -1']) {
    const wrong = text.replace(
      '(nodejs_eventloop_delay_p99_seconds) > 0.1',
      `(nodejs_eventloop_delay_p99_seconds) ${threshold}`,
    );
    expect(wrong).not.toBe(text);
    const { status, said } = tried('process.yaml', wrong);
    expect(status).not.toBe(0);
    expect(said).toContain('KeelsonEventLoopSlow');
  }
});

test('every alert has its case', () => {
  const { groups: all } = parse(readFileSync(rules, 'utf8')) as { groups: { rules: { alert?: string }[] }[] };
  const alerts = all.flatMap(({ rules: each }) => each.flatMap(({ alert }) => alert ?? []));
  const tested = groups.flatMap((group) => {
    const { tests } = parse(readFileSync(join(cases, group), 'utf8')) as { tests: { name: string }[] };
    return tests.map(({ name }) => name);
  });
  expect(alerts.length).toBeGreaterThan(30);
  expect([...new Set(tested)].sort()).toEqual([...alerts].sort());
});
