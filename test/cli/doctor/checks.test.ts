import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../../../src/cli/doctor/checks';

test('a dozen and more, each with a name and a title of its own, and a limit', () => {
  expect(checks.length).toBeGreaterThanOrEqual(12);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  expect(new Set(checks.map(({ title }) => title)).size).toBe(checks.length);
  for (const { name, limitMs } of checks) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(limitMs).toBeLessThanOrEqual(40_000);
  }
});

test('docs/doctor.md has a line for each, in the same order', () => {
  const page = readFileSync(join(__dirname, '../../../docs/doctor.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z][a-z-]*)` \| ([^|]+) \|/gm)].map(([, name, title]) => [name, title]);
  expect(rows).toEqual(checks.map(({ name, title }) => [name, title]));
});
