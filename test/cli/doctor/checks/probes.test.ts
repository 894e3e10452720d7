import { probes } from '../../../../src/cli/doctor/checks/probes';
import { testBench, type TestBench, type TestService } from '../support/test-bench';

const benches: TestBench[] = [];
afterEach(() => Promise.all(benches.splice(0).map((bench) => bench.close())));

/** A service that serves on for `drainMs` once it is told to end. */
function draining(drainMs: number, ready = 200): TestService {
  let [started, ended] = [false, false];
  return {
    orders: { proceed: () => (started = true) },
    onSignal: async () => {
      ended = true;
      await new Promise((resolve) => setTimeout(resolve, drainMs));
      return { code: 0, signal: null };
    },
    answer: ({ url }) => {
      if (url === '/readyz') return { status: started && !ended ? ready : 503 };
      return { status: url === '/startupz' && !started ? 503 : 200 };
    },
  };
}

/** The check chooses the port, so that it can ask before the start is done. */
async function run(service: TestService) {
  const bench = await testBench();
  benches.push(bench);
  const fresh: typeof bench.fresh = async (options) => {
    const port = options?.settings?.['http']?.['port'] as number;
    const own = await testBench(service, port);
    benches.push(own);
    return own.fresh(options);
  };
  return probes.run({ ...bench, fresh }, new AbortController().signal);
}

test('not ready before the start is done, nor from the signal on', async () => {
  expect(await run(draining(700))).toMatchObject({
    kind: 'passed',
    figure: expect.stringMatching(
      /^livez 200 before readyz; at the stop 503 for \d+ ms while \d+ requests were served$/,
    ),
  });
}, 20_000);

test('one that ends at once, one that is always ready, and one that never is', async () => {
  const findings = [{ problem: expect.stringMatching(/still served, for only \d+ ms/) }];
  expect(await run(draining(0))).toMatchObject({ kind: 'failed', findings });
  const always = { ...draining(300), answer: () => ({}) };
  expect(await run(always)).toMatchObject({
    kind: 'failed',
    findings: [{ problem: 'While components start /readyz says 200 and /startupz 200, not 503.' }, ...findings],
  });
  expect(await run(draining(0, 503))).toMatchObject({
    kind: 'failed',
    findings: [{ problem: expect.stringContaining('/readyz is not 200') }],
  });
}, 30_000);
