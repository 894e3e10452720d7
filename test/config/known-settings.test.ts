import { derivedEnv, knownSettings, pathOf } from '../../src/config/known-settings';
import { Problems } from '../../src/config/problems';
import { type SettingsSchema } from '../../src/config';
import { problems } from './support/invalid';

const leaf = { doc: 'x', format: String, default: 'x' };

test('environment names follow from keys', () => {
  expect(
    ['http.bodyLimit', 'a.b.c', 'otlp.tracesURLPath', 'b3.multi2x', 'dash-ed.name', 'http.port'].map(derivedEnv),
  ).toEqual(['HTTP_BODY_LIMIT', 'A_B_C', 'OTLP_TRACES_URL_PATH', 'B3_MULTI2X', 'DASH_ED_NAME', 'HTTP_PORT']);
});

test('paths', () => {
  expect(pathOf('', 'a')).toBe('a');
  expect(pathOf('a.b', 'c')).toBe('a.b.c');
});

test('groups may have settings called format, doc, default and required', () => {
  const found = new Problems();
  const group: SettingsSchema = { format: leaf, doc: leaf, default: leaf, required: leaf };
  const known = knownSettings([{ schema: { log: group } }], found);
  expect(found.count).toBe(0);
  expect([...known.settings.keys()]).toEqual(['log.format', 'log.doc', 'log.default', 'log.required']);
  expect(known.groups.get('log')).toEqual(new Set(['format', 'doc', 'default', 'required']));
});

test('schemas merge group by group', () => {
  const found = new Problems();
  const known = knownSettings(
    [
      { schema: { http: { port: leaf } }, deriveEnv: true },
      { schema: { http: { own: leaf }, other: leaf, empty: {} } },
    ],
    found,
  );
  expect([...known.settings.values()].map(({ key, env }) => [key, env])).toEqual([
    ['http.port', 'HTTP_PORT'],
    ['http.own', undefined],
    ['other', undefined],
  ]);
  expect(known.groups.get('')).toEqual(new Set(['http', 'other', 'empty']));
});

test.each([
  ['a setting twice', { http: { port: leaf } }],
  ['a setting over a group', { http: leaf }],
  ['a group over a setting', { http: { port: { deep: leaf } } }],
])('%s is an error', (_, schema) => {
  const found = new Problems();
  knownSettings([{ schema: { http: { port: leaf } } }, { schema }], found);
  expect(found.toError().message).toContain('a name that is not taken');
});

test('mistakes in a schema come all at once', () => {
  const schema = {
    noFormat: { doc: 'x' },
    unknown: { doc: 'x', format: 'no-such-format', default: 1 },
    wrongDefault: { doc: 'x', format: 'port', default: 'abc' },
    secretDefault: { doc: 'x', format: 'port', default: 'hunter2', sensitive: true },
    'dotted.name': leaf,
    shorthand: 5,
    badEnv: { ...leaf, env: 'NOT A NAME' },
    plain: /x/,
  } as unknown as SettingsSchema;
  const found = problems(schema);
  expect(found.map(({ key }) => key)).toEqual([
    'noFormat',
    'unknown',
    'wrongDefault',
    'secretDefault',
    'dotted.name',
    'shorthand',
    'badEnv',
    'plain',
  ]);
  expect(found.every(({ source }) => source === 'the schema')).toBe(true);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('where there is no format, the default says it', () => {
  const schema = {
    a: { doc: 'x', default: 5 },
    b: { doc: 'x', default: [] },
    c: { doc: 'x', default: {} },
    d: { doc: 'x', default: true },
  };
  const known = knownSettings([{ schema: schema as unknown as SettingsSchema }], new Problems());
  const said = [...known.settings.values()].map(({ format }) => format.expected);
  expect(said).toEqual(['a number', 'a list', 'an object', 'true or false']);
});

test('null: a default of null, nullable, and required', () => {
  const schema = {
    a: { doc: 'x', format: 'port', default: null },
    b: { doc: 'x', format: 'port', default: 1, nullable: true },
    c: { doc: 'x', format: 'port', default: null, required: true },
    d: { doc: 'x', format: 'port', default: null, nullable: false },
  };
  const known = knownSettings([{ schema }], new Problems());
  expect([...known.settings.values()].map(({ nullable, fallback }) => [nullable, fallback])).toEqual([
    [true, null],
    [true, 1],
    [false, undefined],
    [false, undefined],
  ]);
});

test('a mistake in a schema does not make the values of that setting wrong too', () => {
  const schema = { a: { doc: 'x', format: 'no-such-format' } };
  expect(problems(schema, { settings: { a: 1 } })).toHaveLength(1);
});
