import { poison } from '../../../../src/cli/doctor/checks/poison';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

async function run(service: TestService) {
  bench = await testBench(service);
  return poison.run(bench, new AbortController().signal);
}

const subscription = { event: 'a.b', group: 'g', ordered: false, delaysMs: [1_000, 5_000] };
const facts = { subscriptions: [subscription] };
const fate = (more: object) => ({
  facts,
  orders: { poison: () => [{ subscription, unreadable: true, senseless: 'dead', ...more }] },
});

test('all of it among the dead letters', async () => {
  expect(await run({})).toMatchObject({ kind: 'skipped' });
  await bench.close();
  expect(await run(fate({}))).toEqual({
    kind: 'passed',
    figure: '2 of 2 in the dead letters of 1 subscription, repeated for up to 6 s before',
  });
});

test.each([
  [{ unreadable: false }, /no JSON did not reach/],
  [{ senseless: 'gone' }, /counts as handled/],
  [{ senseless: 'waiting' }, /is repeated\.$/],
  [{ senseless: 'waiting', subscription: { ...subscription, ordered: true } }, /repeated in place, and holds up/],
  [{ subscription: { ...subscription, delaysMs: [86_400_000, 3_600_000] } }, /repeated for 25 h/],
])('what is wrong with %j', async (more, said) => {
  expect(await run(fate(more))).toMatchObject({
    kind: 'failed',
    findings: [{ subject: 'a.b.g', problem: expect.stringMatching(said) }],
  });
});
