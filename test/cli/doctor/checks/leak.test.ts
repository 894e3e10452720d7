import { leak } from '../../../../src/cli/doctor/checks/leak';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return leak.run(bench, new AbortController().signal);
}

test('what each request leaves in memory', async () => {
  const heaps = [20_000_000, 21_000_000];
  expect(await run({ orders: { heap: () => heaps.shift() } })).toMatchObject({ kind: 'passed' });
  await bench.close();
  const grown = [20_000_000, 60_000_000];
  expect(await run({ orders: { heap: () => grown.shift() } })).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'Each request leaves 10000 bytes behind.' }],
  });
}, 30_000);
