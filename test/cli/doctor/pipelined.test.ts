import { getAll } from '../../../src/cli/doctor/pipelined';
import { testBench, type TestBench } from './support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());
const { signal } = new AbortController();

test('asks for every path once and counts the answers', async () => {
  const seen: string[] = [];
  bench = await testBench({ answer: ({ url = '' }) => (seen.push(url), { body: 'x'.repeat(3_000) }) });
  const paths = Array.from({ length: 700 }, (_, number) => `/${number}`);
  expect(await getAll(bench.facts.port ?? 0, paths, signal)).toBe(700);
  expect(seen.sort()).toEqual([...paths].sort());
});

test('ends when it is told to, or nobody is there', async () => {
  bench = await testBench({ answer: () => undefined });
  const port = bench.facts.port ?? 0;
  expect(await getAll(port, ['/'], AbortSignal.abort())).toBe(0);
  const abort = new AbortController();
  const asking = getAll(port, ['/'], abort.signal);
  abort.abort();
  expect(await asking).toBe(0);
  expect(await getAll(1, ['/'], signal)).toBe(0);
});
