import { crash } from '../../../../src/cli/doctor/checks/crash';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return crash.run(bench, new AbortController().signal);
}

test('who lives on, or says nothing, has swallowed it', async () => {
  expect(await run({ orders: { reject: () => null } })).toMatchObject({
    kind: 'failed',
    figure: 'no end',
    findings: [{ problem: 'It lived on for 5000 ms.' }, { problem: 'The log says nothing of it.' }],
  });
});
