import { sigterm } from '../../../../src/cli/doctor/checks/sigterm';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return sigterm.run(bench, new AbortController().signal);
}

test('counts what fails, and names why', async () => {
  let ended = false;
  const service: TestService = {
    answer: () => ({ status: ended ? 503 : 200 }),
    onSignal: () => {
      ended = true;
      return { code: 0, signal: null };
    },
  };
  expect(await run(service)).toMatchObject({
    kind: 'failed',
    // On a busy machine the long request begins after the signal and fails, too.
    findings: expect.arrayContaining([
      expect.objectContaining({ problem: expect.stringMatching(/^\d+ of \d+ requests failed: answered 503\.$/) }),
    ]),
  });
}, 15_000);

test('none is well; one that does not end is not', async () => {
  const end = { code: 0, signal: null };
  expect(await run({ onSignal: () => end })).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(/^0 of \d+ /),
  });
  await bench.close();
  expect(await run({})).toMatchObject({ kind: 'failed', findings: [{ problem: 'It did not end.' }] });
}, 15_000);
