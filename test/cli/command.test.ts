import { exitInterrupted, misuse } from '../../src/cli/command';
import { runCli } from '../../src/cli/run-cli';
import { testContext } from './support/context';

test('a misuse is told as node:util tells one', () => {
  expect(misuse('dlq fly')).toMatchObject({ code: 'ERR_PARSE_ARGS_MISUSE', message: 'dlq fly' });
});

test('and ends with the usage and 2', async () => {
  const { told, ...tools } = testContext({});
  expect(await runCli(['dlq', 'fly'], tools, '/nowhere', tools)).toBe(2);
  expect(told.out).toBe('');
  expect(told.err).toMatch(
    /^keelson: dlq fly: not understood; it is list, show, replay or drop\n\nkeelson: the chassis/,
  );
});

test('the exit code of what was interrupted is that of shells', () => expect(exitInterrupted).toBe(128 + 2));
