import Ajv2020 from 'ajv/dist/2020';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, intBetween, numberBetween, type SettingsSchema } from '../../src/config';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'keelson-schema-'));
  mkdirSync(join(cwd, 'config'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const make = (schema: SettingsSchema) => createConfig({ schemas: [{ schema }], env: {}, argv: [], cwd });

/** Does the configuration take this file? And what does its schema say? */
function verdicts(schema: SettingsSchema, file: unknown): { taken: boolean; valid: boolean } {
  writeFileSync(join(cwd, 'config/default.json'), '{}');
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(make(schema).jsonSchema());
  writeFileSync(join(cwd, 'config/default.json'), JSON.stringify(file));
  let taken = true;
  try {
    make(schema);
  } catch {
    taken = false;
  }
  return { taken, valid: validate(file) };
}

const all: SettingsSchema = {
  text: { doc: 'x', format: String, default: '' },
  maybe: { doc: 'x', format: String, default: null },
  number: { doc: 'x', format: Number, default: 0 },
  flag: { doc: 'x', format: Boolean, default: false },
  int: { doc: 'x', format: 'int', default: 0 },
  nat: { doc: 'x', format: 'nat', default: 0 },
  port: { doc: 'x', format: 'port', default: 0 },
  pipe: { doc: 'x', format: 'port_or_windows_named_pipe', default: 0 },
  ratio: { doc: 'x', format: 'ratio', default: 0 },
  wait: { doc: 'x', format: 'duration', default: 0 },
  size: { doc: 'x', format: 'bytes', default: null },
  url: { doc: 'x', format: 'url', default: 'http://here' },
  list: { doc: 'x', format: 'list', default: [] },
  array: { doc: 'x', format: Array, default: [] },
  map: { doc: 'x', format: Object, default: {} },
  any: { doc: 'x', format: '*', default: 0 },
  level: { doc: 'x', format: ['low', 'high', 3], default: null },
  few: { doc: 'x', format: intBetween(1, 9), default: 1 },
  some: { doc: 'x', format: numberBetween(0, Infinity), default: 1 },
  deep: { er: { doc: 'x', format: 'nat', default: 0 } },
};

test.each([
  ['text', ['', 'a'], [1, null, true, []]],
  ['maybe', ['a', null], [1]],
  ['number', [0, -1.5], ['1', null]],
  ['flag', [true, false], ['true', 0]],
  ['int', [-3, 4], [1.5, '4']],
  ['nat', [0, 4], [-1, 1.5]],
  ['port', [0, 65_535], [65_536, -1, '80']],
  ['pipe', [80, '\\\\.\\pipe\\mine'], ['80', 'pipe']],
  ['ratio', [0, 0.5, 1], [1.1, -0.1, '0.5']],
  ['wait', [0, 2.5, '500', '5s', '1.5M', '10ms', '1h', '2D'], [-1, '5 s', '5x', 's', null]],
  ['size', [0, 512, '100kB', '1.5MB', '7B', null], [-1, 0.5, '1tb', 'kb']],
  ['url', ['http://a', 'amqp://u@b/c'], ['localhost:3000', 'a b', 1]],
  ['list', [[], ['a']], ['a', [1], {}]],
  ['array', [[], [1, 'a']], ['a', {}]],
  ['map', [{}, { a: 1 }], [[], 'a']],
  ['any', [1, 'a', [], {}, false], [null]],
  ['level', ['low', 3, null], ['Low', '3', 4]],
  ['few', [1, 9], [0, 10, 1.5]],
  ['some', [0, 1e9], [-0.1]],
  ['deep', [{}, { er: 1 }], [{ er: -1 }, { other: 1 }, 1, []]],
] as [string, unknown[], unknown[]][])('%s: the schema and the configuration agree', (name, good, bad) => {
  for (const value of good)
    expect({ value, ...verdicts(all, { [name]: value }) }).toEqual({ value, taken: true, valid: true });
  for (const value of bad)
    expect({ value, ...verdicts(all, { [name]: value }) }).toEqual({ value, taken: false, valid: false });
});

test('an unknown name is wrong by both; the name of the schema itself is right', () => {
  expect(verdicts(all, { txet: 'a' })).toEqual({ taken: false, valid: false });
  expect(verdicts(all, { $schema: '../config.schema.json', text: 'a' })).toEqual({ taken: true, valid: true });
  expect(verdicts(all, { $schema: 3 })).toEqual({ taken: false, valid: false });
  expect(verdicts(all, { deep: { $schema: 'x' } })).toEqual({ taken: false, valid: false });
});

test('nothing is required: another source may give it', () => {
  const required: SettingsSchema = { key: { doc: 'x', format: String, required: true, env: 'KEY' } };
  const config = createConfig({ schemas: [{ schema: required }], env: { KEY: 'k' }, argv: [], cwd });
  expect(config.jsonSchema()).toMatchObject({ properties: { key: { type: 'string' } } });
  expect(config.jsonSchema()).not.toHaveProperty('required');
});

test('says what each setting does, takes and is by default; not of secrets', () => {
  const schema: SettingsSchema = {
    limit: { doc: 'Most of them', format: 'nat', default: 5 },
    token: { doc: 'Ours', format: String, default: 'hunter2', sensitive: true },
    db: { password: { doc: '', format: String, default: 'hunter3' } },
  };
  const text = JSON.stringify(make(schema).jsonSchema());
  expect(JSON.parse(text)).toMatchObject({
    properties: {
      limit: { description: 'Most of them (a whole number, 0 or more)', type: 'integer', minimum: 0, default: 5 },
      token: { description: 'Ours (text)', type: 'string' },
      db: { properties: { password: { description: 'text' } } },
    },
  });
  expect(text).not.toContain('hunter');
});

test('what says where files are cannot be said in one', () => {
  const schema: SettingsSchema = {
    config: {
      dir: { doc: 'x', format: String, default: './config' },
      secretsDir: { doc: 'x', format: String, default: null },
    },
  };
  expect(verdicts(schema, { config: { dir: './config' } })).toEqual({ taken: false, valid: false });
});

test('a setting of that name is one', () => {
  const schema: SettingsSchema = { $schema: { doc: 'x', format: 'nat', default: 1 } };
  writeFileSync(join(cwd, 'config/default.json'), '{"$schema": 3}');
  expect(make(schema).get('$schema')).toBe(3);
});
