import { outage } from '../../../../src/cli/doctor/checks/outage';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return outage.run(bench, new AbortController().signal);
}

const facts = { clients: [{} as never], routes: ['/a'] };

test('is for those that call and are called', async () => {
  expect(await run({ facts: { routes: ['/a'] } })).toMatchObject({ kind: 'skipped', why: 'it calls no other service' });
  await bench.close();
  expect(await run({ facts: { ...facts, routes: [] } })).toMatchObject({ kind: 'skipped' });
});

test('who stays ready is well, who does not takes out all', async () => {
  expect(await run({ facts })).toMatchObject({ kind: 'passed' });
  expect(bench.stub.mode).toBe('fail');
  await bench.close();
  expect(await run({ facts, answer: () => ({ status: 503 }) })).toMatchObject({ kind: 'failed' });
}, 15_000);
