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

const odd = 'p"w\\1 ü/x\ny';
test.each([
  ['as it is', 'hunter22', 'hunter22'],
  ['escaped as in JSON', odd, JSON.stringify({ odd })],
  ['escaped twice', odd, JSON.stringify({ message: JSON.stringify({ odd }) })],
  ['percent-encoded', odd, `amqp://me:${encodeURIComponent(odd)}@host`],
  ['percent-encoded in small letters', odd, 'x p%22w%5c1%20%c3%bc%2fx%0ay'],
  ['encoded as in a form', odd, new URLSearchParams({ odd }).toString()],
])('finds a configured secret %s', async (_, value, text) => {
  const outcome = await run({ facts: { secrets: [value] }, output: () => `before\n${text}\n` });
  expect(outcome).toMatchObject({
    kind: 'failed',
    findings: [{ subject: 'the log', problem: expect.stringContaining('[the secret]') }],
  });
  expect(JSON.stringify(outcome)).not.toMatch(/hunter22|w.{1,8}1/);
});

test('a secret that cannot be encoded is looked for as it is, and one that begins with another is masked whole', async () => {
  const outcome = await run({
    facts: { secrets: ['hunter', 'hunter22', 'half\ud800'] },
    output: () => 'seen hunter22\nseen half\ud800',
  });
  expect(outcome).toMatchObject({
    findings: [{ problem: 'The value of a sensitive setting is in the log: seen [the secret]' }],
  });
});
