import { settingsMarkdown } from '../../src/cli/settings-markdown';
import { type SettingDescription } from '../../src/config';

const setting: SettingDescription = {
  key: 'mode',
  value: 'of this machine',
  winner: 'environment variable MODE',
  losers: [],
  env: 'MODE',
  doc: 'How',
  type: 'string',
  format: 'text',
  default: undefined,
  sensitive: false,
  required: false,
};
const row = (more: Partial<SettingDescription>): string =>
  settingsMarkdown([{ ...setting, ...more }]).split('\n')[2] as string;

test('a row has no present value', () => {
  expect(row({})).toBe('| `mode` | `MODE` | - | text | How |');
});

test('what is required or secret is said', () => {
  expect(row({ required: true, sensitive: true })).toContain('How (required, secret: always masked)');
});

test.each([
  [null, '-'],
  ['', '-'],
  [0, '`0`'],
  [['a', 'b'], '`["a","b"]`'],
  ['a|b', '`a\\|b`'],
  ['a`b', '`` a`b ``'],
  ['two\nlines', '`two\\u000alines`'],
])('the default %j is shown as %s', (value, text) => {
  expect(row({ default: value, env: undefined })).toBe(`| \`mode\` | - | ${text} | text | How |`);
});

test('a bar ends no cell', () => {
  expect(row({ doc: 'a | b' })).toContain('| a \\| b |');
});
