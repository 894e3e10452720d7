import { join } from 'node:path';
import { createClient } from '../../../src/client';
import { type Registry } from '../../../src/discovery';
import { createEurekaRegistry } from '../../../src/discovery/eureka';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { startEureka } from '../support/eureka';
import { freePort } from '../support/server';
import { callOften, failed } from './support/call-often';
import { fault } from './support/fault';

const requests = 20_000;
const stops = 6;
/** How often the caller and the instances fetch the registry, in milliseconds; the server keeps its answer for 500 more. */
const interval = 1_000;
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(endPrograms);

function startGreeter(url: string): Program {
  const env = { EUREKA_URL: url, LOG_ACCESS: 'false', SHUTDOWN_DRAIN_DELAY_MS: '3000' };
  return runProgram([join(__dirname, 'fixtures/registered.cjs')], env);
}

async function known(registry: Registry, port: number): Promise<void> {
  const listed = (): boolean => registry.snapshot('greeter').instances.some((one) => one.port === port);
  await eventually(() => listed() || undefined, 'the new instance is known', 20_000);
}

fault(
  1,
  'rolling restarts of three instances under load, found in a real Eureka server, behind a caller that repeats nothing',
  'no request fails',
  async (report) => {
    const server = await startEureka(await freePort());
    closers.push(() => server.stop());
    const registry = createEurekaRegistry({ urls: [server.url], fetchIntervalMs: interval });
    closers.push(() => registry.stop());
    void registry.start();
    const client = createClient('greeter', { retry: false }, { registry });
    closers.push(() => client.close());

    const started = async (): Promise<Program> => {
      const program = startGreeter(server.url);
      await known(registry, await program.ready());
      return program;
    };
    let running: Program[] = await Promise.all([started(), started(), started()]);
    const pids = new Set<number>();
    let made = 0;
    let over = false;
    // What changes something is never sent twice, not even on a connection that has gone stale.
    const call = async (): Promise<void> => {
      const { pid } = await client.post<{ pid: number }>('/hello', { n: (made += 1) });
      pids.add(pid);
    };
    const load = callOften(call, 16, () => over);
    const codes: (number | null)[] = [];
    try {
      // On a slow machine there are more stops, until there were requests enough.
      while (codes.length < stops || (made < requests && codes.length < 2 * stops)) {
        const [oldest, ...others] = running as [Program, ...Program[]];
        running = [...others, await started()];
        oldest.kill('SIGTERM');
        codes.push((await oldest.ended).code);
      }
    } finally {
      over = true;
    }
    const called = await load;
    for (const program of running) program.kill('SIGKILL');

    report(
      `${failed(called).length} of ${called.length} POSTs failed over ${codes.length} restarts, limit 0 of ${requests}`,
    );
    expect(failed(called)).toEqual([]);
    expect(called.length).toBeGreaterThanOrEqual(requests);
    expect(codes).toEqual(codes.map(() => 0));
    expect(pids.size).toBe(3 + codes.length);
  },
  { needs: ['java', 'javac', 'mvn'], timeoutMs: 240_000 },
);
