import { settingsTable } from '../../src/cli/settings-table';
import { type SettingDescription } from '../../src/config';

function setting(key: string, value: unknown, more: Partial<SettingDescription> = {}): SettingDescription {
  return {
    key,
    value,
    winner: 'default',
    losers: [],
    env: undefined,
    doc: 'A setting',
    type: 'string',
    format: 'text',
    default: value,
    sensitive: false,
    required: false,
    ...more,
  };
}

test('one line each, in columns, with the source of the value and the environment name', () => {
  const table = settingsTable([
    setting('http.port', 8080, { type: 'port', default: 3000, winner: 'environment variable PORT', env: 'PORT' }),
    setting('greeting', 'hello'),
  ]);
  expect(table).toBe(
    [
      'SETTING    TYPE    DEFAULT  VALUE  FROM                       ENVIRONMENT',
      'http.port  port    3000     8080   environment variable PORT  PORT',
      'greeting   string  hello    hello  default                    -',
      '',
    ].join('\n'),
  );
});

test.each([
  [null, 'null'],
  [undefined, '-'],
  [true, 'true'],
  [['a', 'b'], '["a","b"]'],
  [{ a: 1 }, '{"a":1}'],
  ['a'.repeat(48), 'a'.repeat(48)],
  ['a'.repeat(49), `${'a'.repeat(45)}...`],
  ['two\nlines', 'two\\u000alines'],
  ['\u001b[2Jgone', '\\u001b[2Jgone'],
  ['a\u2028b\u009bc', 'a\\u2028b\\u009bc'],
])('the value %j is shown as %s', (value, text) => {
  const lines = settingsTable([setting('it', value)]).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]?.split(/ {2,}/).slice(2, 4)).toEqual([text, text]);
});

test('what has no source says so', () => {
  expect(settingsTable([setting('it', undefined, { winner: undefined })])).toMatch(
    /^it {7}string {2}- {8}- {6}- {5}-$/m,
  );
});

test('no settings are a head without lines', () => {
  expect(settingsTable([])).toBe('SETTING  TYPE  DEFAULT  VALUE  FROM  ENVIRONMENT\n');
});
