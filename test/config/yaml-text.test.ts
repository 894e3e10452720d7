import { parseYaml } from '../../src/config/yaml-text';

test('it reads YAML and knows where names are', () => {
  const parsed = parseYaml('# of the service\nhttp:\n  port: 8080\n  hosts: [a, b]\nflag: no\n1: one\n');
  if (!('root' in parsed)) throw new Error(parsed.expected);
  expect(parsed.root).toEqual({ http: { port: 8080, hosts: ['a', 'b'] }, flag: 'no', 1: 'one' });
  expect(parsed.positionOf(['http', 'port'])).toEqual({ line: 3, column: 3 });
  expect(parsed.positionOf(['1'])).toEqual({ line: 6, column: 1 });
  expect(parsed.positionOf(['http', 'hosts', '0'])).toBeUndefined();
  expect(parsed.positionOf(['none'])).toBeUndefined();
});

test('an empty file has no settings, a lone null is not an object', () => {
  expect(parseYaml('# nothing yet\n')).toMatchObject({ root: {} });
  expect(parseYaml('~')).toMatchObject({ root: null });
});

test.each([
  ['a: 1\na: 2\n', 'each name once in an object', 2],
  ['a:\n\tb: 1\n', 'spaces, not tabs, as indentation', 2],
  ['a: 1\n---\nb: 2\n', 'one document', 2],
  ['a: *none\n', 'an alias of an anchor that is defined before', 1],
  ['a: !secret hunter2\n', 'no tags', 1],
  ['a: {b: 1\n', undefined, 2],
  ['a: "hunter2\n', undefined, 2],
  ['a: @hunter2\n', 'quotes around text that begins with this character', 1],
  ['a: b: hunter2\n', 'a new line before nested names', 1],
])('%j is broken at its place', (text, expected, line) => {
  const parsed = parseYaml(text);
  expect(parsed).toMatchObject({ ...(expected === undefined ? {} : { expected }), position: { line } });
  expect(JSON.stringify(parsed)).not.toContain('hunter');
});

test('aliases that multiply and great depth are refused', () => {
  const lines = ['a0: &a0 [x, x]'];
  for (let i = 1; i < 30; i += 1)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  expect(parseYaml(lines.join('\n'))).toHaveProperty('expected');
  expect(parseYaml('['.repeat(20_000))).toHaveProperty('expected');
});

test('names of prototypes stay names', () => {
  const parsed = parseYaml('__proto__:\n  polluted: 1\n') as { root: object };
  expect(Object.keys(parsed.root)).toEqual(['__proto__']);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
