import { ask, asked, keptConnection } from '../../../src/cli/doctor/ask';
import { testBench, type TestBench } from './support/test-bench';

let bench: TestBench;
afterEach(() => bench.close());

test('an answer with its time', async () => {
  bench = await testBench({
    answer: ({ url, method }) => ({ status: 201, headers: { a: 'b' }, body: `${method} ${url}` }),
  });
  const { port = 0 } = bench.facts;
  const answer = await ask({ port, path: '/x', method: 'POST', body: 'hello' });
  expect(answer).toMatchObject({ status: 201, headers: { a: 'b' }, body: 'POST /x' });
  expect(answer.ms).toBeGreaterThan(0);
});

test('no answer is an error that says so, or undefined', async () => {
  bench = await testBench({ answer: () => undefined });
  const question = { port: bench.facts.port ?? 0, path: '/x', timeoutMs: 20 };
  await expect(ask(question)).rejects.toThrow('no answer to GET /x within 20 ms');
  expect(await asked(question)).toBeUndefined();
});

test('a kept connection is used again', async () => {
  const ports = new Set<number | undefined>();
  bench = await testBench({ answer: ({ socket }) => (ports.add(socket.remotePort), {}) });
  const agent = keptConnection();
  const question = { port: bench.facts.port ?? 0, path: '/x', agent };
  await ask(question);
  await ask(question);
  expect(ports.size).toBe(1);
  agent.destroy();
});
