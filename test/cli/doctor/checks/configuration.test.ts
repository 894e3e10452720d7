import { configuration } from '../../../../src/cli/doctor/checks/configuration';
import { type Bench } from '../../../../src/cli/doctor/contract';

const run = (docs: Record<string, string>) => {
  const settings = [...Object.entries(docs), ['http.port', 'port']].map(([key, doc]) => ({ key, doc }));
  return configuration.run(
    { facts: { settings, chassis: ['http.port'] } } as unknown as Bench,
    new AbortController().signal,
  );
};

test('each setting of the service is explained', async () => {
  expect(await run({ greeting: 'Said to all' })).toEqual({
    kind: 'passed',
    figure: '2 settings valid, 1 of 1 own ones explained',
  });
  expect(await run({ greeting: ' ', limit: 'Limit', day: 'The day' })).toMatchObject({
    kind: 'failed',
    findings: [{ subject: 'greeting', problem: 'greeting is not explained.' }, { subject: 'limit' }],
  });
});
