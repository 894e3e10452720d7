import { type IncomingMessage } from 'node:http';
import { bodyLimit } from '../../../../src/cli/doctor/checks/body-limit';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(async () => {
  jest.useRealTimers();
  await bench.close();
});

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

/** What is sent gets no answer but what `act` does; probes are answered. */
const refusing = (act: (req: IncomingMessage) => void, live = 200): TestService => ({
  answer: (req) => {
    if (req.url === '/livez') return { status: live };
    act(req);
    return undefined;
  },
});

test('a connection that is closed is a refusal, as long as the service lives on', async () => {
  const reset = (req: IncomingMessage): void => void req.socket.resetAndDestroy();
  expect(await run(refusing(reset))).toEqual({
    kind: 'passed',
    figure: '16.0 MB are refused: the connection is closed',
  });
  await bench.close();
  expect(await run(refusing(reset, 503))).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'After a body of 16.0 MB it is no longer alive: /livez answers 503.' }],
  });
});

test('a service that ends by it has not refused it', async () => {
  const die = (req: IncomingMessage): void => {
    bench.stopListening();
    req.socket.resetAndDestroy();
  };
  expect(await run(refusing(die))).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'After a body of 16.0 MB it is no longer alive: /livez answers nothing.' }],
  });
});

/** All but setTimeout. */
const real = ['Date', 'performance', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'setInterval'] as const;

test('no answer, and nobody there, are no refusals', async () => {
  jest.useFakeTimers({ doNotFake: [...real] });
  expect(await run(refusing(() => jest.advanceTimersByTime(5_000)))).toMatchObject({
    kind: 'failed',
    findings: [
      { problem: expect.stringMatching(/^A body of 16.0 MB is not refused: no answer to POST .* 5000 ms\.$/) },
    ],
  });
  jest.useRealTimers();
  bench.stopListening();
  expect(await bodyLimit.run(bench, new AbortController().signal)).toMatchObject({
    kind: 'failed',
    findings: [{ problem: expect.stringContaining('ECONNREFUSED') }],
  });
});
