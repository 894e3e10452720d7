import { startUp } from '../../../../src/cli/doctor/checks/start-up';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return startUp.run(bench, new AbortController().signal);
}

test('the time until it is ready, measured twice where it looks long', async () => {
  expect(await run({ startMs: [812.3] })).toEqual({ kind: 'passed', figure: 'ready 812 ms after the process began' });
  await bench.close();
  expect(await run({ startMs: [19_000, 700] })).toMatchObject({ kind: 'passed' });
  await bench.close();
  expect(await run({ startMs: [19_000, 12_000] })).toMatchObject({
    kind: 'failed',
    figure: 'ready 12000 ms after the process began',
  });
});

test('a service that does not take settings', async () => {
  expect(await run({ facts: { takesSettings: false } })).toMatchObject({
    kind: 'failed',
    findings: [{ problem: expect.stringContaining('does not use') }],
  });
});
