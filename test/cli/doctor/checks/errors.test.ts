import { errors } from '../../../../src/cli/doctor/checks/errors';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return errors.run(bench, new AbortController().signal);
}

test('a problem document that tells nothing', async () => {
  const headers = { 'content-type': 'application/problem+json; charset=utf-8', 'x-request-id': 'r' };
  expect(await run({ answer: () => ({ status: 500, headers }) })).toEqual({
    kind: 'passed',
    figure: '500 application/problem+json, 2 bytes, request id given',
  });
});

test('everything that can be wrong', async () => {
  const body = 'Error: planted: password=planted-secret\n    at handler (/app/service.js:3:1)';
  const outcome = await run({ answer: () => ({ status: 200, body }) });
  expect(outcome).toMatchObject({
    kind: 'failed',
    findings: [
      { problem: 'The answer has the message of the error.' },
      { problem: 'The answer has a stack.' },
      { problem: 'The status is 200, not 500.' },
      { problem: 'The answer is nothing, not application/problem+json.' },
      { problem: 'The answer has no X-Request-Id.' },
    ],
  });
});
