import { trace } from '../../../../src/cli/doctor/checks/trace';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return trace.run(bench, new AbortController().signal);
}

const service = (
  leak: (traceId: string) => Partial<{ log: string; metric: string; span: string; down: string }>,
): TestService => {
  let seen: ReturnType<typeof leak> = {};
  return {
    answer: ({ url = '', headers }) => {
      if (url !== '/metrics') seen = leak(String(headers['traceparent']).split('-')[1] ?? '');
      return { body: seen.metric ?? '' };
    },
    output: () => `keelson doctor was here ${seen.log}`,
    stub: {
      get spans() {
        return seen.span ?? '';
      },
      requests: { length: 0, slice: () => [{ headers: { traceparent: seen.down } }] } as never,
    },
  };
};

test('four places must have it', async () => {
  const outcome = await run(service((id) => ({ log: id, metric: id, span: id, down: `00-${id}-01` })));
  expect(outcome).toEqual({ kind: 'passed', figure: '4 of 4: log, metric, span, downstream (answer 200)' });
});

test('those that do not are named', async () => {
  const outcome = await run(service((id) => ({ log: id, metric: id, span: id })));
  expect(outcome).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'The trace id is not in the downstream call.' }],
  });
});
