import { dlqWords } from '../../src/cli/dlq-words';
import { printable } from '../../src/cli/print-command';
import { usage } from '../../src/cli/usage';

test('names every command', () => {
  for (const command of [
    'new',
    'config',
    'topology print',
    'topology apply',
    'dlq list',
    'dlq show',
    'dlq replay',
    'dlq drop',
    'doctor',
  ])
    expect(usage).toMatch(new RegExp(`^  keelson ${command} `, 'm'));
});

test('what it says of dlq is understood', () => {
  const values: Record<string, string> = { limit: '5', rate: '5', 'older-than': '30d' };
  const lines = [...usage.matchAll(/^ {2}keelson dlq (\w+) (.*)$/gm)];
  expect(lines).toHaveLength(4);
  for (const [, verb = '', rest = ''] of lines) {
    const named = [...rest.matchAll(/--([a-z-]+)( \S+)?/g)].map(([, name = '', value]) =>
      value === undefined || value.startsWith(' [') ? `--${name}` : `--${name}=${values[name] ?? 'x'}`,
    );
    expect(named.length).toBeGreaterThan(1);
    expect(dlqWords([verb, 'a.b.c', ...named]).verb).toBe(verb);
  }
});

test('names every file that can be printed', () => {
  const named = [...usage.matchAll(/^ {2}keelson print (\S+)/gm)].flatMap(([, names = '']) => names.split('|'));
  expect(named).toEqual(printable);
});

test('lists the exit codes', () => {
  expect(usage).toMatch(/Exit codes: 0 .* 1 .* 2 .* 78 .* 130 /);
});
