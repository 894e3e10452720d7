import { stop } from '../../../../src/cli/doctor/checks/stop';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return stop.run(bench, new AbortController().signal);
}

test('exit code 0 in time', async () => {
  expect(await run({ onSignal: () => ({ code: 0, signal: null }) })).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(/^exit code 0 after \d+ ms/),
  });
});

test('another code, with what the log says of it; and no end', async () => {
  const output = () => `{"err":"The component 'db' failed to stop: Not stopped when the time was up."}`;
  expect(await run({ output, onSignal: () => ({ code: 1, signal: null }) })).toMatchObject({
    kind: 'failed',
    findings: [{ problem: expect.stringMatching(/exited with 1, not with 0[^]*'db' failed to stop/) }],
  });
  await bench.close();
  expect(await run({})).toMatchObject({ kind: 'failed', figure: 'no end' });
});
