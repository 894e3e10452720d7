import { type Config, type ConfigProblem, type RemoteSource, type SettingDescription } from '../../src/config';
import { create, problems } from './support/invalid';

const schema = { a: { doc: 'x', format: 'port', default: 1 } };

test('what is made is what the contract says', async () => {
  const source: RemoteSource = { name: 'central', load: async () => ({ a: 2 }) };
  const config: Config = create(schema, { remote: [source] });
  const descriptions: readonly SettingDescription[] = config.describe();
  expect(descriptions.map(({ key }) => key)).toEqual(['a']);
  const off: () => void = config.onChange('a', (value, previous) => expect([value, previous]).toEqual([2, 1]));
  await config.loadRemote(new AbortController().signal);
  off();
  expect(config.secrets()).toEqual([]);
  expect.assertions(3);
});

test('a problem has all its parts', () => {
  const [problem] = problems(schema, { settings: { a: -1 } });
  expect(problem).toEqual<ConfigProblem>({
    key: 'a',
    source: 'settings',
    expected: 'a port, a whole number from 0 to 65535',
    got: '-1',
    message:
      'a: expected a port, a whole number from 0 to 65535, got -1 (settings). Correct it, or leave it out: the default is 1.',
  });
});
