import { memory } from '../../../../src/cli/doctor/checks/memory';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return memory.run(bench, new AbortController().signal);
}

test('the memory that it takes before it does anything', async () => {
  expect(await run({ facts: { rss: 70 * 1_048_576 } })).toEqual({ kind: 'passed', figure: '70.0 MB resident' });
  await bench.close();
  expect(await run({ facts: { rss: 300 * 1_048_576 } })).toMatchObject({ kind: 'failed', figure: '300.0 MB resident' });
});
