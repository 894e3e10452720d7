import { keelsonSpec, newWords } from '../../src/cli/new-words';

test('nothing said is nothing known', () => {
  expect(newWords([])).toEqual({
    name: undefined,
    template: undefined,
    dir: undefined,
    pm: undefined,
    keelson: undefined,
    yes: false,
  });
});

test('all said is all known', () => {
  const words = ['orders', '-t', 'event-worker', '--dir', 'a/b', '--pm', 'pnpm', '--keelson', 'next', '-y'];
  expect(newWords(words)).toMatchObject({
    name: 'orders',
    template: { name: 'event-worker' },
    dir: 'a/b',
    pm: 'pnpm',
    keelson: 'next',
    yes: true,
  });
});

test.each([
  [['Orders'], '"Orders" is no name for a service.'],
  [['orders', 'bills'], 'new orders bills: one name is wanted'],
  [['orders', '--template', 'shop'], 'there is no template shop; there are minimal, rest-api, event-worker'],
  [['orders', '--pm', 'yarn'], '--pm yarn: it is npm or pnpm'],
  [['orders', '--dir', ''], '--dir is empty'],
  [['orders', '--keelson='], '--keelson is empty'],
  [['orders', '--force'], "Unknown option '--force'"],
])('%j is not understood', (words, message) => {
  const problem = expect.objectContaining({
    message: expect.stringContaining(message),
    code: expect.stringMatching(/^ERR_PARSE_ARGS_/),
  });
  expect(() => newWords(words)).toThrow(problem);
});

test.each([
  ['1.2.3', '1.2.3'],
  ['next', 'next'],
  ['npm:@mirror/keelson@1.2.3', 'npm:@mirror/keelson@1.2.3'],
  ['https://mirror.example/keelson-1.2.3.tgz', 'https://mirror.example/keelson-1.2.3.tgz'],
  ['keelson-1.2.3.tgz', 'file:/here/keelson-1.2.3.tgz'],
  ['file:../keelson', 'file:/keelson'],
  ['./keelson', 'file:/here/keelson'],
  ['/there/keelson.tgz', 'file:/there/keelson.tgz'],
])('%s is in package.json %s: a path is meant from here', (spec, wanted) => {
  expect(keelsonSpec(spec, '/here')).toBe(wanted);
});
