import { eventLoop } from '../../../../src/cli/doctor/checks/event-loop';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return eventLoop.run(bench, new AbortController().signal);
}

test('names what blocks it each time, and forgives what does so once', async () => {
  let asked = '';
  const once = [900];
  const outcome = await run({
    facts: { routes: ['/slow', '/once', '/fast'] },
    answer: ({ url = '' }) => {
      asked = url;
      return {};
    },
    orders: {
      blocked: () => {
        const ms = asked === '/slow' ? 400 : asked === '/once' ? (once.pop() ?? 1) : 1;
        asked = '';
        return ms;
      },
    },
  });
  expect(outcome).toMatchObject({
    kind: 'failed',
    figure: 'at most 400.0 ms, idle and in 3 GET routes',
    findings: [{ subject: '/slow' }],
  });
}, 10_000);
