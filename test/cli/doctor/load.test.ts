import { Load } from '../../../src/cli/doctor/load';
import { until } from '../../../src/cli/doctor/pause';
import { testBench, type TestBench } from './support/test-bench';

let bench: TestBench;

test('counts what is answered and what is not', async () => {
  let status = 200;
  bench = await testBench({ answer: () => ({ status }) });
  const load = new Load(bench.facts.port ?? 0, '/', 3);
  expect(await until(5_000, () => load.tally.answered > 5)).toBe(true);
  expect(load.tally.failed).toBe(0);
  status = 503;
  expect(await until(5_000, () => load.tally.failed > 0)).toBe(true);
  await bench.close();
  expect(await until(5_000, () => load.tally.reasons.size > 1)).toBe(true);
  await load.stop();
  const { sent, answered, failed, reasons } = load.tally;
  expect(sent).toBe(answered + failed);
  expect([...reasons]).toContain('answered 503');
});
