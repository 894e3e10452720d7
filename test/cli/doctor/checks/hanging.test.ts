import { hanging } from '../../../../src/cli/doctor/checks/hanging';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return hanging.run(bench, new AbortController().signal);
}

test('fast probes, and a live process', async () => {
  expect(await run({})).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(/^nine of ten of 80 probes within/),
  });
}, 10_000);

test('a process that says that it is dead', async () => {
  const outcome = await run({ answer: ({ url }) => ({ status: url === '/livez' ? 503 : 200 }) });
  expect(outcome).toMatchObject({ kind: 'failed', findings: [{ problem: '/livez said no in 40 of 40 rounds.' }] });
}, 10_000);
