import Ajv2020 from 'ajv/dist/2020';
import { configCommand } from '../../src/cli/config-command';
import { type SettingsSchema } from '../../src/config';
import { createService, type Service } from '../../src/service';
import { testContext } from './support/context';

const config: SettingsSchema = {
  greeting: { doc: 'Said to every visitor', format: String, default: 'hello', env: 'GREETING' },
  db: { password: { doc: 'The password', format: String, default: 'initial', env: 'DB_PASSWORD', sensitive: true } },
};
const made = (): Service => createService({ name: 'greeter', version: '1', config, settings: { greeting: 'hi' } });

async function told(...words: string[]): Promise<string> {
  const context = testContext({ service: made() });
  expect(await configCommand(words, context)).toBe(0);
  expect(context.told.err).toBe('');
  return context.told.out;
}

test('a table: type, default, value, where from, environment name', async () => {
  const lines = (await told()).split('\n').map((line) => line.split(/ {2,}/));
  expect(lines[0]).toEqual(['SETTING', 'TYPE', 'DEFAULT', 'VALUE', 'FROM', 'ENVIRONMENT']);
  expect(lines).toContainEqual(['greeting', 'string', 'hello', 'hi', 'settings', 'GREETING']);
  expect(lines).toContainEqual(['db.password', 'string', '******', '******', 'default', 'DB_PASSWORD']);
  expect(lines).toContainEqual(['http.timeoutMs', 'int', '30000', '30000', 'default', 'HTTP_TIMEOUT_MS']);
});

test('the same as JSON, with all that is known', async () => {
  const settings = JSON.parse(await told('--json')) as { key: string }[];
  expect(settings.find(({ key }) => key === 'greeting')).toEqual({
    key: 'greeting',
    type: 'string',
    format: 'text',
    default: 'hello',
    env: 'GREETING',
    value: 'hi',
    winner: 'settings',
    losers: [{ source: 'default', value: 'hello' }],
    doc: 'Said to every visitor',
    sensitive: false,
    required: false,
  });
});

test("for a README: the service's own, or all, without the values of this machine", async () => {
  const own = await told('--markdown');
  expect(own.split('\n')).toEqual([
    '| setting | environment | default | takes | what it does |',
    '|---|---|---|---|---|',
    '| `greeting` | `GREETING` | `hello` | text | Said to every visitor |',
    '| `db.password` | `DB_PASSWORD` | `******` | text | The password (secret: always masked) |',
    '',
  ]);
  const all = await told('--markdown', '--all');
  expect(all).toContain('| `http.port` | `PORT` | `3000` |');
  expect(all.split('\n').length).toBeGreaterThan(100);
});

test('for editors: a schema by which good files are good and bad ones bad', async () => {
  const schema = JSON.parse(await told('--json-schema')) as object;
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of greeter',
  });
  expect(JSON.stringify(schema)).not.toContain('initial');
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  const good = {
    $schema: './config.schema.json',
    greeting: 'hi',
    http: { port: 80, bodyLimit: '2MB' },
    eureka: { zone: null },
  };
  expect([validate(good), validate.errors]).toEqual([true, null]);
  expect(validate({ greeting: 3, http: { prot: 80 }, log: { level: 'loud' } })).toBe(false);
  expect(validate.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort()).toEqual([
    '/greeting type',
    '/http additionalProperties',
    '/log/level enum',
  ]);
});

test.each([
  [['now'], 'config now: not understood'],
  [['--json', '--markdown'], 'one of --json, --markdown and --json-schema'],
  [['--all'], '--all goes with --markdown'],
])('%j is not understood', async (words, message) => {
  await expect(configCommand(words, testContext({ service: made() }))).rejects.toThrow(message);
});
