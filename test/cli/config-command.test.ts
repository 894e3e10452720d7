import { configCommand } from '../../src/cli/config-command';
import { madeService, testContext } from './support/context';

test('tells the settings as a table, or as JSON', async () => {
  const service = madeService(undefined);
  const people = testContext({ service });
  expect(await configCommand([], people)).toBe(0);
  expect(people.told).toEqual({ out: 'SETTING  VALUE  FROM  ENVIRONMENT\n', err: '' });
  const programs = testContext({ service });
  expect(await configCommand(['--json'], programs)).toBe(0);
  expect(programs.told.out).toBe('[]\n');
});

test('takes no further words', async () => {
  const context = testContext({ service: madeService(undefined) });
  await expect(configCommand(['now'], context)).rejects.toThrow('config now: not understood');
});
