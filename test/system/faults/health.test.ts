import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { fault } from './support/fault';
import { runLoad } from './support/load';

const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const token = 'only-for-the-test-of-checks';

const timers = new Set<NodeJS.Timeout>();
let over = false;

afterAll(() => {
  over = true;
  for (const timer of timers) clearInterval(timer);
  endPrograms();
});

interface Component {
  readonly status: string;
  readonly error?: string;
  readonly durationMs?: number;
}

async function components(port: number): Promise<Record<string, Component>> {
  const { body } = await ask(port, '/health', { headers: { authorization: `Bearer ${token}` } });
  return (JSON.parse(body) as { components: Record<string, Component> }).components;
}

/** Asks each path in turn until told to stop. Gives the slowest answer in ms, the statuses seen by path, and how many answers there were. */
function probing(port: number, paths: readonly string[]): () => Promise<Probed> {
  let enough = false;
  const probed = { slowestMs: 0, answers: 0, statuses: Object.fromEntries(paths.map((path) => [path, new Set()])) };
  const work = async (): Promise<Probed> => {
    for (let i = 0; !enough && !over; i++) {
      const path = paths[i % paths.length] as string;
      const from = performance.now();
      const { status } = await ask(port, path);
      probed.slowestMs = Math.max(probed.slowestMs, performance.now() - from);
      probed.statuses[path]?.add(status);
      probed.answers += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return probed as Probed;
  };
  const done = work();
  done.catch(() => undefined); // told to whoever stops it
  return () => {
    enough = true;
    return done;
  };
}

interface Probed {
  readonly slowestMs: number;
  readonly answers: number;
  readonly statuses: Readonly<Record<string, ReadonlySet<number>>>;
}

fault(
  30,
  'checks that hang, throw or answer nonsense',
  'each is DOWN at its deadline of 1 s, the others are reported, probes answer within 1 s',
  async (report) => {
    const service = runProgram([fixture('sick-checks.cjs')]);
    const port = await service.ready();
    const begun = performance.now();
    const stop = probing(port, ['/livez', '/readyz', '/startupz', '/health', '/metrics']);
    const known = await eventually(async () => {
      const found = await components(port);
      return Object.values(found).some(({ status }) => status === 'UNKNOWN') ? undefined : found;
    }, 'a result of every check');
    const knownMs = performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { slowestMs, answers, statuses } = await stop();

    const down = Object.entries(known).filter(([, { status }]) => status === 'DOWN');
    expect(Object.keys(known).filter((name) => known[name]?.status === 'UP')).toEqual(
      expect.arrayContaining(['livenessState', 'is-well', 'is-well-too']),
    );
    expect(down.map(([name]) => name).sort()).toEqual(
      [
        ...['answers-getter', 'answers-list', 'answers-null', 'answers-number', 'answers-proxy', 'answers-status'],
        ...['answers-text', 'answers-then', 'gate', 'hangs', 'hangs-later', 'rejects', 'throws', 'throws-nothing'],
      ].sort(),
    );
    for (const [, { error }] of down) expect(error).toMatch(/./);
    for (const name of ['hangs', 'hangs-later', 'answers-then', 'gate'])
      expect(known[name]).toMatchObject({ error: 'timed out after 1000 ms', durationMs: 1000 });
    expect(knownMs).toBeLessThan(2_000);
    expect(slowestMs).toBeLessThanOrEqual(1_000);
    expect([...(statuses['/livez'] ?? [])]).toEqual([200]);
    expect([...(statuses['/readyz'] ?? [])]).toEqual([503]);
    expect([...(statuses['/metrics'] ?? [])]).toEqual([200]);
    expect((await ask(port, '/hello')).status).toBe(200);
    service.kill('SIGINT');
    expect((await service.ended).code).toBe(0);
    report(
      `${down.length} of ${down.length} sick checks DOWN after ${Math.round(knownMs)} ms (deadline 1000 ms), 2 of 2 well ones UP; ` +
        `slowest of ${answers} probes ${slowestMs.toFixed(0)} ms, limit 1000 ms`,
    );
  },
);

/** When the dependency was asked, in ms. */
const timesAsked = (dependency: Program): number[] =>
  dependency.lines.filter(({ message }) => message === 'asked').map(({ at }) => at as number);

fault(
  31,
  'a thousand probes a second',
  'the dependency is asked at most twice a second, also when it hangs',
  async (report) => {
    const dependency = runProgram([fixture('tcp-dependency.cjs')]);
    const env = { DEPENDENCY_PORT: String(await dependency.ready()), DEPENDENCY_GROUP: 'readiness' };
    const service = runProgram([fixture('dependent-service.cjs')], env);
    const port = await service.ready();
    await eventually(async () => ((await ask(port, '/readyz')).status === 200 ? true : undefined), 'readiness');
    const requests = ['/readyz', '/health', '/livez'].map((path) => ({ path }));
    const loads = [await runLoad({ port, seconds: 6, requests, perSecond: 1_000 })];
    dependency.kill('SIGUSR2');
    loads.push(await runLoad({ port, seconds: 6, requests, perSecond: 1_000 }));
    const asked = timesAsked(dependency);

    const sent = loads.reduce((sum, load) => sum + load.sent, 0);
    for (const { errors, statuses } of loads)
      expect({ errors, statuses: Object.keys(statuses) }).toMatchObject({ errors: {} });
    expect(loads[0]?.statuses).toEqual({ 200: loads[0]?.sent });
    const busiest = Math.max(...asked.map((at) => asked.filter((other) => other >= at && other < at + 1_000).length));
    expect(busiest).toBeLessThanOrEqual(2);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.length).toBeLessThanOrEqual(7);
    expect(sent).toBeGreaterThan(10_000);
    service.kill('SIGKILL');
    dependency.kill('SIGKILL');
    report(
      `${sent} probes in 12 s asked the dependency ${asked.length} times, at most ${busiest} times in a second, limit 2`,
    );
  },
);

/** What Kubernetes does with a livenessProbe of periodSeconds 0.1 and failureThreshold 3: how often it would have restarted the service. */
function supervise(port: number): () => { restarts: number; probes: number; worst: number } {
  let failures = 0;
  const seen = { restarts: 0, probes: 0, worst: 200 };
  const timer = setInterval(() => {
    void ask(port, '/livez').then(
      ({ status }) => {
        seen.probes += 1;
        seen.worst = Math.max(seen.worst, status);
        failures = status === 200 ? 0 : failures + 1;
        if (failures >= 3) seen.restarts += 1;
      },
      () => (seen.restarts += 1),
    );
  }, 100);
  timers.add(timer);
  return () => {
    clearInterval(timer);
    return seen;
  };
}

fault(
  32,
  'a dependency is killed and comes back',
  'liveness stays 200, readiness goes as the check says, nothing is restarted',
  async (report) => {
    const dependency = runProgram([fixture('tcp-dependency.cjs')]);
    const dependencyPort = String(await dependency.ready());
    const common = { DEPENDENCY_PORT: dependencyPort, HEALTH_INTERVAL_MS: '200' };
    const services = [
      runProgram([fixture('dependent-service.cjs')], { ...common, DEPENDENCY_GROUP: 'readiness' }),
      runProgram([fixture('dependent-service.cjs')], common),
    ];
    const [strict, loose] = (await Promise.all(services.map((one) => one.ready()))) as [number, number];
    const supervised = [supervise(strict), supervise(loose)];
    const answered = async (port: number, path: string, status: number, limitMs: number): Promise<number> => {
      const from = performance.now();
      const what = `${status} of ${path}`;
      await eventually(async () => ((await ask(port, path)).status === status ? true : undefined), what, limitMs);
      return performance.now() - from;
    };
    for (const port of [strict, loose]) await answered(port, '/health', 200, 2_000);

    dependency.kill('SIGKILL');
    await dependency.ended;
    // Three failures in a row, one each 200 ms.
    const downMs = await answered(strict, '/readyz', 503, 2_000);
    await answered(loose, '/health', 503, 2_000);
    for (let i = 0; i < 20; i++) {
      expect((await ask(loose, '/readyz')).status).toBe(200);
      expect((await ask(strict, '/readyz')).status).toBe(503);
      expect((await ask(strict, '/hello')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const back = runProgram([fixture('tcp-dependency.cjs')], { PORT: dependencyPort });
    await back.ready();
    const upMs = await answered(strict, '/readyz', 200, 2_000);
    await answered(loose, '/health', 200, 2_000);

    const seen = supervised.map((end) => end());
    for (const { restarts, worst } of seen) expect({ restarts, worst }).toEqual({ restarts: 0, worst: 200 });
    for (const { child } of services) expect(child.exitCode).toBeNull();
    for (const one of [...services, back]) one.kill('SIGKILL');
    report(
      `0 restarts in ${seen.reduce((sum, { probes }) => sum + probes, 0)} liveness probes, limit 0; readiness of the service that asked for it off ` +
        `after ${Math.round(downMs)} ms and on again after ${Math.round(upMs)} ms, of the other always on`,
    );
  },
);
