import { join } from 'node:path';
import http from 'node:http';
import { ask } from '../../support/ask';
import { endPrograms, runProgram } from '../../support/program';
import { fault } from './support/fault';
import { runLoad, type LoadReport } from './support/load';

const service = join(__dirname, 'fixtures', 'overloaded-service.cjs');
const probes = ['/livez', '/readyz'].map((path) => ({ path }));

afterAll(endPrograms);

/** The value of a metric without labels. */
async function metric(port: number, name: string): Promise<number> {
  const { body } = await ask(port, '/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1]);
}

fault(
  25,
  'a handler blocks the event loop for 5 s',
  'the delay metric says so, every other request is answered late, readiness and liveness are well afterwards',
  async (report) => {
    const program = runProgram([service]);
    const port = await program.ready();
    const agent = new http.Agent({ keepAlive: true });
    const askMany = (count: number, path: string): Promise<number>[] =>
      Array.from({ length: count }, async () => (await ask(port, path, { agent })).status);
    await Promise.all(askMany(20, '/hello'));
    await metric(port, 'process_start_time_seconds');
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // the shortest time that the delay metric looks back on

    const asked = askMany(20, '/slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = performance.now();
    const block = ask(port, '/block?ms=5000');
    await new Promise((resolve) => setTimeout(resolve, 100));
    asked.push(...askMany(50, '/hello'));
    asked.push(...Array.from({ length: 50 }, async () => (await ask(port, '/hello')).status));
    asked.push(...['/livez', '/readyz', '/health'].map(async (path) => (await ask(port, path)).status));
    const during = metric(port, 'nodejs_eventloop_delay_max_seconds');
    const statuses = await Promise.allSettled(asked);
    const tookMs = performance.now() - from;
    expect((await block).status).toBe(200);

    const failed = statuses.filter((one) => one.status === 'rejected' || one.value !== 200);
    const delay = Math.min(await during, await metric(port, 'nodejs_eventloop_delay_max_seconds'));
    expect(failed).toEqual([]);
    expect(delay).toBeGreaterThanOrEqual(4.5);
    expect(tookMs).toBeGreaterThan(4_900);
    // One run of the check has timed out, because it could not be looked after: that is no reason to take the service out.
    for (const path of ['/livez', '/readyz']) expect((await ask(port, path)).status).toBe(200);
    expect(program.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    agent.destroy();
    program.kill('SIGKILL');
    report(
      `${failed.length} of ${statuses.length + 1} requests failed, limit 0; delay gauge ${delay.toFixed(2)} s, limit 4.5 s or more`,
    );
  },
);

/** Answers of 200 a second. */
const goodput = (load: LoadReport, seconds: number): number => (load.statuses['200'] ?? 0) / seconds;

interface Window {
  /** As a share of the peak. */
  readonly share: number;
  readonly probeP99: number;
  readonly refused: number;
}

/** What the service does at the most, and then windows with three times as much: until one is good, five at most, because the machine may be busy. */
async function overload(
  path: string,
  maxInFlight: number,
  good: (one: Window) => boolean,
): Promise<[number, Window[]]> {
  const program = runProgram([service], { HTTP_MAX_IN_FLIGHT: String(maxInFlight) });
  const port = await program.ready();
  const requests = [{ path }];
  const seconds = 2.5;
  // Compiles both ways through the service: to a handler and to a refusal.
  await runLoad({ port, seconds: 1, requests, workers: 3 * maxInFlight });
  const peak = goodput(await runLoad({ port, seconds, requests, workers: maxInFlight }), seconds);
  const seen: Window[] = [];
  do {
    const [load, probed] = await Promise.all([
      runLoad({ port, seconds, requests, perSecond: Math.ceil(3 * peak) }),
      runLoad({ port, seconds: seconds - 0.2, requests: probes, perSecond: 100 }),
    ]);
    // Whatever the machine does besides: every request has an answer, and every refusal says when to come back.
    const { errors, statuses, withoutRetryAfter } = load;
    expect({ errors, statuses: Object.keys(statuses), withoutRetryAfter }).toEqual({
      errors: {},
      statuses: ['200', '503'],
      withoutRetryAfter: 0,
    });
    expect({ errors: probed.errors, statuses: Object.keys(probed.statuses) }).toEqual({
      errors: {},
      statuses: ['200'],
    });
    seen.push({
      share: goodput(load, seconds) / peak,
      probeP99: probed.latencyMs['200']?.p99 as number,
      refused: statuses['503'] as number,
    });
  } while (!good(seen.at(-1) as Window) && seen.length < 5);
  program.kill('SIGKILL');
  return [peak, seen];
}

const text = ({ share, probeP99, refused }: Window, peak: number): string =>
  `goodput ${Math.round(share * 100)} % of the peak of ${Math.round(peak)}/s, ${refused} refused, all with Retry-After; probe p99 ${Math.round(probeP99)} ms`;

fault(
  26,
  'three times the load that a limited resource can serve',
  'in one of at most five windows goodput is 80 % of the peak and the probe p99 100 ms; in all of them every refusal says Retry-After',
  async (report) => {
    const good = ({ share, probeP99 }: Window): boolean => share >= 0.8 && probeP99 <= 100;
    const [peak, seen] = await overload('/resource', 10, good);
    report(`${text(seen.at(-1) as Window, peak)}; limits 80 % and 100 ms, window ${seen.length} of 5`);
    expect(seen.filter(good)).toHaveLength(1);
  },
);

fault(
  26,
  'three times the load that the processor can serve',
  'in one of at most five windows goodput is 80 % of the peak; in all of them probes are answered and every refusal says Retry-After',
  async (report) => {
    const [peak, seen] = await overload('/compute', 10, ({ share, probeP99 }) => share >= 0.8 && probeP99 <= 100);
    const good = seen.filter(({ share }) => share >= 0.8).sort((a, b) => a.probeP99 - b.probeP99);
    report(`${text(good[0] ?? (seen[0] as Window), peak)}; limit 80 %, best of ${seen.length} windows`);
    expect(good.length).toBeGreaterThan(0);
  },
);
