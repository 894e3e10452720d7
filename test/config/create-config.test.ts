import { execFileSync } from 'node:child_process';
import { type ConfigOptions, createConfig } from '../../src/config';
import { isKeelsonError } from '../../src/core';
import { create, invalid, problems, problemsOf } from './support/invalid';
import { Scratch } from './support/scratch';

const chassis = {
  http: {
    port: { doc: 'TCP port', format: 'port', default: 3000, env: 'PORT' },
    bodyLimit: { doc: 'Largest body', format: 'bytes', default: 102_400 },
    trust: { doc: 'Believe the proxy', format: Boolean, default: false },
    hosts: { doc: 'Names', format: 'list', default: [] },
  },
  log: { format: { doc: 'Of log lines', format: ['json', 'pretty'], default: 'json' } },
  config: {
    dir: { doc: 'Files', format: String, default: './config' },
    secretsDir: { doc: 'Secrets', format: String, default: null, env: 'SECRETS_DIR' },
  },
  db: {
    url: { doc: 'Database', format: 'url', required: true, sensitive: true },
    password: { doc: 'Password', format: String, default: null, sensitive: true },
  },
} as const;

const dbUrl = 'postgres://app:s3cret-pw@db/app';
const parts = [{ schema: chassis, deriveEnv: true }] as const;

test('without anything configured, defaults hold', () => {
  const config = createConfig({
    schemas: [{ schema: { http: chassis.http, config: chassis.config }, deriveEnv: true }],
    env: {},
    argv: [],
    cwd: new Scratch().path,
  });
  expect(config.get('http')).toEqual({ port: 3000, bodyLimit: 102_400, trust: false, hosts: [] });
  expect(config.get('config.secretsDir')).toBeNull();
});

test('every layer wins over the one below it', async () => {
  const scratch = new Scratch({
    'config/default.json': JSON.stringify({ http: { port: 1001 } }),
    'config/test.yaml': 'http:\n  port: 1002\n',
    'secrets/http.port': '1004\n',
    'port-secret': '1005',
  });
  const base = { schemas: parts, cwd: scratch.path, remote: [] };
  const env = { DB_URL: dbUrl };
  const port = (options: Omit<ConfigOptions, 'schemas'>): unknown =>
    createConfig({ ...base, argv: [], ...options, env: { ...env, ...options.env } }).get('http.port');

  expect(port({ env: { CONFIG_DIR: scratch.directory('empty') } })).toBe(3000);
  expect(port({})).toBe(1001);
  expect(port({ env: { NODE_ENV: 'test' } })).toBe(1002);

  const remote = [
    { name: 'first', load: async () => ({ http: { port: 1 } }) },
    { name: 'central', load: async () => ({ http: { port: '1003' } }) },
  ];
  const late = createConfig({ ...base, argv: [], env: { ...env, NODE_ENV: 'test' }, remote });
  expect(late.get('http.port')).toBe(1002);
  await late.loadRemote(new AbortController().signal);
  expect(late.get('http.port')).toBe(1003);

  const withSecrets = { NODE_ENV: 'test', SECRETS_DIR: 'secrets' };
  const secret = createConfig({ ...base, argv: [], env: { ...env, ...withSecrets }, remote });
  await secret.loadRemote(new AbortController().signal);
  expect(secret.get('http.port')).toBe(1004);

  const named = { ...withSecrets, PORT_FILE: 'port-secret' };
  expect(port({ env: named })).toBe(1005);
  expect(port({ env: { ...named, PORT: '1006' } })).toBe(1006);
  expect(port({ env: { ...named, PORT: '1006' }, argv: ['--http.port=1007'] })).toBe(1007);
  const all = { env: { ...named, PORT: '1006' }, argv: ['--http.port', '1007'], settings: { http: { port: 1008 } } };
  expect(port(all)).toBe(1008);

  const [first] = createConfig({ ...base, ...all, env: { ...env, ...all.env } }).describe();
  expect(first?.winner).toBe('settings');
  expect(first?.losers).toEqual([
    { source: 'flag --http.port', value: '1007' },
    { source: 'environment variable PORT', value: '1006' },
    { source: 'secret file port-secret named by PORT_FILE', value: '1005' },
    { source: 'secret file secrets/http.port', value: '1004' },
    { source: 'file config/test.yaml:2:3', value: 1002 },
    { source: 'file config/default.json:1:10', value: 1001 },
    { source: 'default', value: 3000 },
  ]);
});

test('an empty variable counts as unset', () => {
  expect(create(chassis, { env: { PORT: '', DB_URL: dbUrl, LOG_FORMAT: '' } }).get('http')).toMatchObject({
    port: 3000,
  });
});

test.each(['abc', '-1', '70000', '1e3', '0x10', '12abc', ' 80', '80 ', '8.0'])('PORT=%j is refused', (text) => {
  const [problem] = problems(chassis, { env: { PORT: text, DB_URL: dbUrl } });
  expect(problem).toMatchObject({ key: 'http.port', source: 'environment variable PORT', got: JSON.stringify(text) });
  expect(problem?.expected).toBe('a port, a whole number from 0 to 65535');
});

test('all errors come at once, as a report and as data, without a secret', () => {
  const scratch = new Scratch({
    'config/default.json':
      '{\n  "http": { "prot": "do-not-print-1", "hosts": "do-print" },\n  "db": "do-not-print-2"\n}',
    'secrets/db.password': 'ignored',
  });
  const error = invalid(() =>
    createConfig({
      schemas: parts,
      cwd: scratch.path,
      env: { PORT: 'abc', LOG_FORMAT: 'xml', DB_URL: 'do-not-print-3', HTTP_TRUST: 'maybe', SECRETS_DIR: 'nowhere' },
      argv: ['--http.bodyLimit=lots', '--http.bodyLimt=do-not-print-4', '--coverage.x=1', '--verbose'],
      settings: { db: { password: { deep: 'do-not-print-5' } } },
    }),
  );
  const keys = problemsOf(error).map(({ key }) => key);
  expect(keys.sort()).toEqual(
    ['http.prot', 'db', 'http.hosts', 'http.port', 'log.format', 'db.url', 'http.trust']
      .concat(['config.secretsDir', 'http.bodyLimit', 'http.bodyLimt', 'db.password'])
      .sort(),
  );
  const all = JSON.stringify([error.message, error.details]);
  expect(all).not.toContain('do-not-print');
  expect(error.cause).toBeUndefined();
  expect(error.message.split('\n')[0]).toBe('The configuration is invalid, 11 problems:');
  expect(error.message).toContain(
    'http.port: expected a port, a whole number from 0 to 65535, got "abc" (environment variable PORT)',
  );
  expect(error.message).toContain(
    'db.url: expected an absolute URL such as http://host:8080/path, got ****** (environment variable DB_URL)',
  );
  expect(error.message).toContain(
    'http.prot: expected the name of a setting, got an unknown name (file config/default.json:2:13)',
  );
  expect(error.message).toContain('Did you mean "http.port"?');
  expect(error.retryable).toBe(false);
});

test('required without a default: missing names the ways to set it, present is enough', () => {
  const [missing] = problems(chassis);
  expect(missing?.key).toBe('db.url');
  expect(missing?.message).toContain('DB_URL');
  expect(missing?.message).toContain('--db.url');
  expect(create(chassis, { settings: { db: { url: dbUrl } } }).get('db')).toEqual({ url: dbUrl, password: null });
});

test('what is required may still come from a remote source', async () => {
  const remote = [{ name: 'central', load: async () => ({ db: { url: dbUrl } }) }];
  const config = createConfig({ schemas: parts, env: {}, argv: [], cwd: '/nonexistent', remote });
  for (const read of [() => config.get('db.url'), () => config.get('db')]) {
    expect(read).toThrow(expect.objectContaining({ code: 'NOT_STARTED' }));
  }
  expect(config.has('db.url')).toBe(false);
  expect(config.get('http.port')).toBe(3000);
  await config.loadRemote(new AbortController().signal);
  expect(config.get('db.url')).toBe(dbUrl);
});

test('it reads the process where nothing else is given', () => {
  const before = process.env['KEELSON_TEST_GREETING'];
  process.env['KEELSON_TEST_GREETING'] = 'hi';
  try {
    const schema = { greeting: { doc: 'Said', format: String, default: 'hello', env: 'KEELSON_TEST_GREETING' } };
    expect(createConfig({ schemas: [{ schema }] }).get('greeting')).toBe('hi');
  } finally {
    if (before === undefined) delete process.env['KEELSON_TEST_GREETING'];
    else process.env['KEELSON_TEST_GREETING'] = before;
  }
});

test('a service has an environment name only where it says so', () => {
  const schema = { greeting: { doc: 'Said', format: String, default: 'hello' } };
  const config = createConfig({ schemas: [{ schema }], env: { GREETING: 'hi' }, argv: [], cwd: '/nonexistent' });
  expect(config.get('greeting')).toBe('hello');
  expect(config.describe()[0]?.env).toBeUndefined();
});

test('an unreasonable time limit is refused', () => {
  expect(problems({}, { remoteTimeoutMs: 0 })[0]?.key).toBe('remoteTimeoutMs');
  expect(problems({}, { remoteTimeoutMs: NaN })[0]?.got).toBe('NaN');
});

describe('prototypes', () => {
  const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}';
  const schema = { group: { map: { doc: 'Map', format: 'map', default: {} } }, config: chassis.config };
  const clean = (): void => {
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  };
  afterEach(clean);

  test.each(['default.json', 'default.yaml'])('%s', (name) => {
    const scratch = new Scratch({ [`config/${name}`]: evil });
    const keys = problems(schema, { cwd: scratch.path }).map(({ key }) => key);
    expect(keys).toEqual(['__proto__', 'constructor', 'prototype']);
  });

  test.each([
    ['group', `{"group":${evil}}`],
    ['map', `{"group":{"map":${evil}}}`],
    ['deep in a map', `{"group":{"map":{"a":[${evil}]}}}`],
  ])('in a %s', (_, text) => {
    expect(problems(schema, { settings: JSON.parse(text) }).length).toBeGreaterThan(0);
    expect(problems(schema, { cwd: new Scratch({ 'config/default.json': text }).path }).length).toBeGreaterThan(0);
  });

  test('environment, flags and secret files', () => {
    const scratch = new Scratch({
      'secrets/__proto__': 'x',
      'secrets/constructor': 'x',
      'secrets/group.__proto__': 'x',
    });
    const env = Object.assign(JSON.parse('{"__proto__":"x"}'), { SECRETS_DIR: scratch.directory('secrets') });
    expect(
      create(schema, { env, argv: ['--__proto__.polluted=1', '--constructor.prototype=1'] }).get('group.map'),
    ).toEqual({});
    const argv = ['--group.__proto__=1', '--group.__proto__.polluted=1', '--group.constructor.prototype.polluted=1'];
    expect(problems(schema, { argv })).toHaveLength(3);
    expect(problems(schema, { argv: [`--group.map=${evil}`] })[0]?.key).toBe('group.map');
    expect(problems(schema, { env: { GROUP_MAP: evil } })[0]?.key).toBe('group.map');
  });

  test('remote sources', async () => {
    const remote = [
      { name: 'central', load: async () => JSON.parse(`{"group":{"map":${evil}},"__proto__":{"polluted":1}}`) },
    ];
    const config = create(schema, { remote });
    await expect(config.loadRemote(new AbortController().signal)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('names in a schema', () => {
    const bad = JSON.parse('{"__proto__":{"doc":"x","format":"string"},"constructor":{"doc":"x","format":"string"}}');
    expect(problems(bad).map(({ source }) => source)).toEqual(['the schema', 'the schema']);
  });
});

test('what is returned cannot be written to, and does not change with what was given', () => {
  const hosts = ['a'];
  const settings = { http: { hosts, port: 1 }, db: { url: dbUrl } };
  const config = create(chassis, { settings });
  hosts.push('b');
  settings.http.port = 2;
  const http = config.get('http') as { hosts: string[]; port: number };
  expect(http).toMatchObject({ hosts: ['a'], port: 1 });
  expect(() => http.hosts.push('c')).toThrow(TypeError);
  expect(() => Object.assign(http, { port: 3 })).toThrow(TypeError);
  expect(Object.isFrozen(hosts)).toBe(false);
});

test('uncaught, the report is what people see', () => {
  const error = invalid(() => create(chassis));
  expect(isKeelsonError(error, 'CONFIG_INVALID')).toBe(true);
  expect(error.message.split('\n')).toHaveLength(3);
});

test('YAML is loaded only where there is a YAML file', () => {
  const script = `
    const yaml = (name) => name.includes('/node_modules/yaml/');
    require('@swc/core');
    const swc = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(
      swc.transformFileSync(file, { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }).code, file);
    const { createConfig } = require('./src/config');
    createConfig({ schemas: [], env: {}, argv: [], cwd: '/nonexistent' });
    process.stdout.write(String(Object.keys(require.cache).some(yaml)));
  `;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('false');
});
