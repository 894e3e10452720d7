import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { create, problems } from './support/invalid';
import { Scratch } from './support/scratch';

const schema = {
  config: { secretsDir: { doc: 'x', format: String, default: null, env: 'SECRETS_DIR' } },
  db: {
    password: { doc: 'x', format: String, default: 'none', sensitive: true },
    port: { doc: 'x', format: 'port', default: 5432, sensitive: true },
  },
  log: { doc: 'x', format: String, default: 'none', env: 'LOG' },
  logFile: { doc: 'x', format: String, default: 'none', env: 'LOG_FILE' },
};

function from(files: Readonly<Record<string, string>>) {
  const scratch = new Scratch(files);
  return { cwd: scratch.path, env: { SECRETS_DIR: scratch.directory('secrets') } };
}

test('a file is called like the key or the variable', () => {
  const config = create(schema, from({ 'secrets/db.password': 'a\n', 'secrets/DB_PORT': '1\r\n' }));
  expect(config.get('db')).toEqual({ password: 'a', port: 1 });
});

test('one newline at the end goes, all else stays; an empty file says nothing', () => {
  expect(create(schema, from({ 'secrets/db.password': ' a\nb\n\n' })).get('db.password')).toBe(' a\nb\n');
  expect(create(schema, from({ 'secrets/db.password': '\n' })).get('db.password')).toBe('none');
});

test('as Kubernetes mounts them: links into a hidden directory', () => {
  const scratch = new Scratch({
    'secrets/..2026/db.password': 'a',
    'secrets/.db.password': 'no',
    'secrets/other': 'x',
  });
  symlinkSync('..2026/db.password', join(scratch.path, 'secrets/db.password'));
  const env = { SECRETS_DIR: 'secrets' };
  expect(create(schema, { cwd: scratch.path, env }).get('db.password')).toBe('a');
});

test('wrong values are not printed, the file is', () => {
  const [problem] = problems(schema, from({ 'secrets/db.port': 'hunter2' }));
  expect(problem).toMatchObject({ key: 'db.port', source: 'secret file secrets/db.port', got: '******' });
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('two files for one setting, a directory, bytes that are no text', () => {
  const twice = problems(schema, from({ 'secrets/db.port': '1', 'secrets/DB_PORT': '1' }));
  expect(twice).toEqual([expect.objectContaining({ key: 'db.port', expected: 'one secret file' })]);
  expect(problems(schema, from({ 'secrets/db.port/x': '1' }))[0]?.got).toBe('a directory');
  const binary = new Scratch();
  binary.write('secrets/db.password', Buffer.from([0xff, 0xfe, 0xff]));
  const found = problems(schema, { cwd: binary.path, env: { SECRETS_DIR: 'secrets' } });
  expect(found[0]?.got).toBe('something that is not UTF-8 text');
});

test('a missing directory is an error', () => {
  const [problem] = problems(schema, { cwd: new Scratch().path, env: { SECRETS_DIR: 'gone' } });
  expect(problem).toMatchObject({ key: 'config.secretsDir', got: 'no such file' });
});

test('variables that name files', () => {
  const scratch = new Scratch({ password: 'b\n' });
  const config = create(schema, { cwd: scratch.path, env: { DB_PASSWORD_FILE: 'password', DB_PORT_FILE: '' } });
  expect(config.get('db')).toEqual({ password: 'b', port: 5432 });
  const [problem] = problems(schema, { cwd: scratch.path, env: { DB_PASSWORD_FILE: 'gone', OTHER_FILE: 'gone' } });
  expect(problem).toMatchObject({ key: 'db.password', got: 'no such file' });
  expect(problem?.source).toBe('secret file gone named by DB_PASSWORD_FILE');
});

test('the variable of a setting is not the file of another', () => {
  const config = create(schema, { env: { LOG_FILE: '/nonexistent/app.log' } });
  expect([config.get('log'), config.get('logFile')]).toEqual(['none', '/nonexistent/app.log']);
});
