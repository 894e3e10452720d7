import { cardinality } from '../../../../src/cli/doctor/checks/cardinality';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return cardinality.run(bench, new AbortController().signal);
}

test('counts what 10,000 URLs leave', async () => {
  expect(await run({ facts: { routes: ['/a/:id'] }, answer: () => ({ body: 'a_total 1\n' }) })).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(/^10,000 URLs in .* s: 1 -> 1 series$/),
  });
}, 30_000);

test('names the metric that has grown', async () => {
  let seen = 0;
  const scrape = (): string =>
    Array.from({ length: Math.min(seen, 500) }, (_, i) => `hits_total{u="${i}"} 1`).join('\n');
  const outcome = await run({ answer: ({ url }) => (url === '/metrics' ? { body: scrape() } : (seen++, {})) });
  expect(outcome).toMatchObject({
    kind: 'failed',
    findings: [{ subject: 'hits_total', problem: 'hits_total got 300 more series.' }],
  });
}, 30_000);
