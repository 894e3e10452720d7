import { secrets } from '../../../../src/cli/doctor/checks/secrets';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return secrets.run(bench, new AbortController().signal);
}

test('looks into everything that a service puts out', async () => {
  const outcome = await run({
    facts: { secrets: ['hunter22'], routes: ['/hello/:name', '/files/*all'] },
    output: () => 'fine',
  });
  expect(outcome).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(/^2 secrets .* of 9 outputs, after 6 requests/),
  });
});

test('names where a secret is, without telling it', async () => {
  const outcome = await run({
    facts: { secrets: ['hunter22'] },
    answer: ({ url }) => (url === '/env' ? { body: 'password hunter22' } : {}),
    output: () => 'first\nseen planted-secret here\n',
  });
  expect(outcome).toMatchObject({
    kind: 'failed',
    findings: [
      { subject: '/env', problem: 'The value of a sensitive setting is in /env: password [the secret]' },
      { subject: 'the log', problem: 'A secret of a request is in the log: seen [the secret] here' },
    ],
  });
});
