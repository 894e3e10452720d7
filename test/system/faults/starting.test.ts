import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { refusalOf } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { fault } from './support/fault';
import { seconds, sleep } from './support/life';
import { startRegistry, type Registry } from './support/registry';

let registry: Registry;
const taken: Server[] = [];

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => {
  endPrograms();
  registry.close();
  for (const server of taken) server.close();
});

function boot(env: Readonly<Record<string, string>> = {}): Program {
  return runProgram([join(__dirname, 'fixtures/life-boot.mjs')], {
    SHUTDOWN_DRAIN_DELAY_MS: '0',
    LIFE_REGISTRY: registry.url,
    ...env,
  });
}

/** A moment of the start at which the signal is sent. */
type Moment = (program: Program, port: number) => Promise<unknown>;

const moments: Readonly<Record<string, Moment>> = {
  ...Object.fromEntries(
    [0, 20, 50, 100, 150, 200, 250, 300, 350, 400, 500, 600].map((ms) => [`after ${ms} ms`, () => sleep(ms)]),
  ),
  'as the port opens': (_program, port) =>
    eventually(async () => ((await refusalOf(port, '/livez')) === undefined ? true : undefined), 'an open port'),
  'while it registers': (program) => registry.until(`PUT /${program.child.pid}`),
  'as it has registered': (program) =>
    eventually(() => (registry.listed.has(`/${program.child.pid}`) ? true : undefined), 'a registered instance'),
  'as it is ready': (program) => program.ready(),
};

/** How far the start had come. */
type Course = 'nothing was begun' | 'the start was given up' | 'it was ready';

async function interrupted(moment: Moment, signal: 'SIGTERM' | 'SIGINT'): Promise<{ course: Course; took: number }> {
  const port = await freePort();
  const program = boot({ PORT: String(port) });
  await moment(program, port);
  const at = program.kill(signal);
  const ending = await program.ended;
  await registry.idle();

  const path = `/${program.child.pid}`;
  const asked = registry.asked.filter((request) => request.endsWith(path));
  const took = ending.at - at;
  const { stdout, stderr } = program;
  expect(stderr).toBe('');
  expect(registry.listed).not.toContain(path);
  if (ending.signal !== null) {
    // Before start() nobody handles signals: the process is gone at once, and there is nothing to take back.
    expect({ ending, stdout, asked }).toMatchObject({ ending: { signal }, stdout: '', asked: [] });
    return { course: 'nothing was begun', took };
  }
  expect(ending.code).toBe(0);
  expect([[], [`PUT ${path}`, `DELETE ${path}`]]).toContainEqual(asked);
  return { course: stdout.includes('"ready"') ? 'it was ready' : 'the start was given up', took };
}

fault(
  6,
  'SIGTERM or SIGINT at 16 moments of the start, before and while it listens and registers',
  'a clean exit, nothing left in the registry',
  async (report) => {
    const courses: Record<Course, number> = { 'nothing was begun': 0, 'the start was given up': 0, 'it was ready': 0 };
    let slowest = 0;
    for (const moment of Object.values(moments)) {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const { course, took } = await interrupted(moment, signal);
        courses[course] += 1;
        slowest = Math.max(slowest, took);
      }
    }
    report(`${registry.listed.size} orphans in the registry after 32 interrupted starts, limit 0`);
    const counts = Object.entries(courses).map(([course, count]) => `${course}: ${count}`);
    report(`${counts.join(', ')}; slowest exit after ${seconds(slowest)}, limit 2 s`);
    expect(registry.listed.size).toBe(0);
    for (const count of Object.values(courses)) expect(count).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(2_000);
  },
  { timeoutMs: 120_000 },
);

async function occupy(host: string): Promise<string> {
  const server = createServer().listen(0, host);
  taken.push(server);
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

fault(
  29,
  'the port, or that for management, is in use at the start',
  'exit 1 with an error that says what to do, nothing registered',
  async (report) => {
    const [here, everywhere] = [await occupy('127.0.0.1'), await occupy('0.0.0.0')];
    const cases: [port: string, setting: string, env: Record<string, string>][] = [
      [here, 'http.port (PORT)', { PORT: here }],
      [everywhere, 'http.port (PORT)', { PORT: everywhere, HTTP_HOST: '::' }],
      [here, 'management.port (MANAGEMENT_PORT)', { MANAGEMENT_PORT: here }],
      [here, 'http.port (PORT)', { PORT: here, MANAGEMENT_PORT: '0' }],
    ];
    let slowest = 0;
    for (const [port, setting, env] of cases) {
      const begun = performance.now();
      const program = boot(env);
      const ending = await program.ended;
      slowest = Math.max(slowest, ending.at - begun);
      expect(ending).toMatchObject({ code: 1, signal: null });
      expect(program.stderr).toBe(
        'The service could not start.\n' +
          `  Port ${port} is already in use. Stop the program that has it, or choose another port by ${setting}.\n`,
      );
      expect(program.stdout).not.toContain('"ready"');
      expect(registry.asked).not.toContain(`PUT /${program.child.pid}`);
    }
    report(`${cases.length} of ${cases.length} end with 1, the slowest after ${seconds(slowest)}, limit 2 s`);
    expect(slowest).toBeLessThan(2_000);
  },
);
