import { create, problems } from './support/invalid';
import { Scratch } from './support/scratch';

const leaf = { doc: 'x', format: String, default: 'none' };
const where = {
  config: {
    dir: { doc: 'x', format: String, default: './config' },
    secretsDir: { doc: 'x', format: String, default: null, env: 'SECRETS_DIR' },
  },
};
const schema = { ...where, name: leaf };

test('settings win over flags, flags over the environment', () => {
  const scratch = new Scratch({
    'config/default.json': '{"name":"default"}',
    'env/default.json': '{"name":"env"}',
    'flag/default.json': '{"name":"flag"}',
    'settings/default.json': '{"name":"settings"}',
  });
  const cwd = scratch.path;
  const env = { CONFIG_DIR: 'env' };
  const argv = ['--config.dir=flag'];
  expect(create(schema, { cwd }).get('name')).toBe('default');
  expect(create(schema, { cwd, env }).get('name')).toBe('env');
  expect(create(schema, { cwd, env, argv }).get('name')).toBe('flag');
  expect(create(schema, { cwd, env, argv, settings: { config: { dir: 'settings' } } }).get('name')).toBe('settings');
});

test('a missing directory is an error only where somebody named it', () => {
  const cwd = new Scratch().path;
  expect(create(schema, { cwd }).get('name')).toBe('none');
  const [problem] = problems(schema, { cwd, env: { CONFIG_DIR: './config' } });
  expect(problem).toMatchObject({
    key: 'config.dir',
    source: 'environment variable CONFIG_DIR',
    got: '"./config", no such file',
  });
});

test('a file in its place is an error', () => {
  const cwd = new Scratch({ config: 'x' }).path;
  expect(problems(schema, { cwd })[0]).toMatchObject({
    key: 'config.dir',
    source: 'default',
    got: '"./config", not a directory',
  });
});

test('a schema need not have them', () => {
  const cwd = new Scratch({ 'config/default.yml': 'name: found\n' }).path;
  expect(create({ name: leaf }, { cwd, env: { CONFIG_DIR: 'gone', SECRETS_DIR: 'gone' } }).get('name')).toBe('found');
});

test('a path that is no text is one problem', () => {
  const found = problems(schema, { settings: { config: { dir: 5, secretsDir: 6 } } });
  expect(found.map(({ key }) => key)).toEqual(['config.dir', 'config.secretsDir']);
});

test('files cannot say where files are', async () => {
  const cwd = new Scratch({ 'config/default.json': '{"config":{"secretsDir":"x"}}', 'dir.txt': 'x' }).path;
  const found = problems(schema, { cwd, env: { CONFIG_DIR_FILE: 'dir.txt' } });
  expect(found.map(({ key }) => key)).toEqual(['config.secretsDir', 'config.dir']);
  const remote = [{ name: 'central', load: async () => ({ config: { dir: 'x' } }) }];
  const loading = create(schema, { remote }).loadRemote(new AbortController().signal);
  await expect(loading).rejects.toThrow('config.dir: expected a source that is read before all files');
});

test('NODE_ENV names a file', () => {
  const cwd = new Scratch({
    'config/default.json': '{"name":"a"}',
    'config/pre-prod.1.json': '{"name":"b"}',
    'x.json': '{"name":"c"}',
  }).path;
  const name = (NODE_ENV: string) => create(schema, { cwd, env: { NODE_ENV } }).get('name');
  expect([name(''), name('default'), name('pre-prod.1'), name('other')]).toEqual(['a', 'a', 'b', 'a']);
  for (const NODE_ENV of ['../x', 'a/b', '.hidden', 'a b']) {
    expect(problems(schema, { cwd, env: { NODE_ENV } })).toEqual([expect.objectContaining({ key: 'NODE_ENV' })]);
  }
});
