import { bodyLimit } from '../../../../src/cli/doctor/checks/body-limit';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return bodyLimit.run(bench, new AbortController().signal);
}

test('413 is well, everything else is not', async () => {
  expect(await run({ answer: () => ({ status: 413 }) })).toEqual({
    kind: 'passed',
    figure: '16.0 MB are answered 413',
  });
  await bench.close();
  expect(await run({})).toMatchObject({ kind: 'failed', figure: '16.0 MB are answered 200' });
});
