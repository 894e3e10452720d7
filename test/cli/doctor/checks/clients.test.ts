import { clients } from '../../../../src/cli/doctor/checks/clients';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return clients.run(bench, new AbortController().signal);
}

const client = (more: object) => ({
  to: 'http://a',
  timeoutMs: 10_000,
  attemptTimeoutMs: 3_000,
  breaker: true,
  ...more,
});

test('each has a deadline and a breaker', async () => {
  expect(await run({})).toMatchObject({ kind: 'skipped' });
  await bench.close();
  expect(await run({ facts: { clients: [client({})] } })).toEqual({
    kind: 'passed',
    figure: '1 client, the longest deadline 10000 ms, 1 with a breaker',
  });
});

test('those that have not are named', async () => {
  const clients = [client({ timeoutMs: 2 ** 31 - 1 }), client({ to: 'b', breaker: false })];
  expect(await run({ facts: { clients } })).toMatchObject({
    kind: 'failed',
    findings: [
      { subject: 'http://a timeoutMs' },
      { subject: 'b breaker', problem: 'The client of b has no circuit breaker.' },
    ],
  });
});
