import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { create, problems } from './support/invalid';
import { Scratch } from './support/scratch';

const schema = {
  http: { port: { doc: 'x', format: 'port', default: 3000 } },
  name: { doc: 'x', format: String, default: 'x' },
};

function problemsWith(files: Readonly<Record<string, string>>, env = {}) {
  return problems(schema, { cwd: new Scratch(files).path, env });
}

test.each(['json', 'yaml', 'yml'])('default.%s', (extension) => {
  const scratch = new Scratch({ [`config/default.${extension}`]: '{"http": {"port": 1}}' });
  expect(create(schema, { cwd: scratch.path }).get('http.port')).toBe(1);
});

test('a byte order mark is no part of the text', () => {
  const scratch = new Scratch({ 'config/default.json': '\uFEFF{"name": "y"}' });
  expect(create(schema, { cwd: scratch.path }).get('name')).toBe('y');
});

test('two files for one layer', () => {
  const [problem, ...others] = problemsWith({ 'config/default.json': '{}', 'config/default.yml': '{}' });
  expect(others).toEqual([]);
  expect(problem?.source).toBe('config/default.json and config/default.yml');
});

test.each([
  ['config/default.json', '{"http": {"port": 1,}}', 'file config/default.json:1:21'],
  ['config/default.json', '', 'file config/default.json:1:1'],
  ['config/default.yaml', 'http:\n  port: [1\n', 'file config/default.yaml:3:1'],
  ['config/default.json', '[1]', 'file config/default.json'],
  ['config/default.yaml', 'just text', 'file config/default.yaml'],
  ['config/default.json', '{"http": {"port": "1"}}', 'file config/default.json:1:11'],
  ['config/default.yaml', 'name: 5\n', 'file config/default.yaml:1:1'],
  ['config/default.yaml', 'name:\n', 'file config/default.yaml:1:1'],
])('%s %j', (name, text, source) => {
  const found = problemsWith({ [name]: text });
  expect(found).toHaveLength(1);
  expect(found[0]?.source).toBe(source);
});

test('broken files do not hide each other', () => {
  const files = { 'config/default.json': '{', 'config/test.yaml': 'a: b: c' };
  expect(problemsWith(files, { NODE_ENV: 'test' })).toHaveLength(2);
});

test('a directory, a link to nowhere and a link to itself in place of a file', () => {
  const scratch = new Scratch();
  mkdirSync(join(scratch.path, 'config/default.json'), { recursive: true });
  expect(problems(schema, { cwd: scratch.path })[0]).toMatchObject({ got: 'a directory' });

  const loop = new Scratch();
  symlinkSync('nowhere', join(loop.directory('config'), 'default.json'));
  expect(problems(schema, { cwd: loop.path })[0]).toMatchObject({ got: 'no such file' });
  symlinkSync('test.json', join(loop.path, 'config/test.json'));
  expect(problems(schema, { cwd: loop.path, env: { NODE_ENV: 'test' } })).toHaveLength(2);
});
