import { leftovers } from '../../../../src/cli/doctor/checks/leftovers';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return leftovers.run(bench, new AbortController().signal);
}

test('who lives on after stop() has left something', async () => {
  expect(await run({ orders: { stop: () => ['Timeout', 'Timeout', 'TCPSocketWrap'] } })).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'After stop() the process is kept alive by: Timeout, TCPSocketWrap.' }],
  });
});
