import { join } from 'node:path';
import { createClient } from '../../src/client';
import { type Registry } from '../../src/discovery';
import { createEurekaRegistry, type EurekaOptions } from '../../src/discovery/eureka';
import { FakeEureka, garbage, info, type Mode } from '../discovery/eureka/support/fake-eureka';
import { ask } from '../support/ask';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { endPrograms, runProgram, type Program } from '../support/program';
import { RecordingLogger } from '../support/recording';
import { afterMs, callOften, failed } from '../system/faults/support/call-often';
import { seconds, sleep } from '../system/faults/support/life';
import { startEureka, type EurekaServer } from '../system/support/eureka';
import { heldFault, heldMs, inTurn, type HeldRun } from './support/held-fault';
import { leave, instanceOf, remove } from './support/leases';

const java = ['java', 'javac', 'mvn'];
/** Between two fetches and two heartbeats unless somebody says otherwise, in milliseconds. */
const interval = 30_000;

afterAll(endPrograms);

async function serve({ closeLater }: HeldRun, port: number, peer?: number): Promise<EurekaServer> {
  const server = await inTurn(() => startEureka(port, peer));
  closeLater(() => server.stop());
  return server;
}

function connect({ closeLater }: HeldRun, urls: readonly string[], more: Partial<EurekaOptions> = {}): Registry {
  const registry = createEurekaRegistry({ urls: [...urls], ...more });
  closeLater(() => registry.stop());
  return registry;
}

const size = (registry: Registry, service: string): number => registry.snapshot(service).instances.length;
const ageMs = (registry: Registry): number => registry.details()['ageMs'] as number;

/** How many are known, and every number that this ever was from now on. */
function sizesOf(registry: Registry, service: string): number[] {
  const sizes: number[] = [size(registry, service)];
  registry.watch(service, ({ instances }) => sizes.push(instances.length));
  return sizes;
}

function ofFetches(registry: Registry): { ok: number; error: number; invalid: number } {
  return registry.details()['fetches'] as { ok: number; error: number; invalid: number };
}

/** Three instances of the service greeter, with the intervals that there are by default. */
async function startGreeters({ closeLater }: HeldRun, server: EurekaServer): Promise<Program[]> {
  const fixture = join(__dirname, '../system/faults/fixtures/registered.cjs');
  const env = {
    EUREKA_URL: server.url,
    EUREKA_FETCH_INTERVAL_MS: String(interval),
    EUREKA_RENEW_INTERVAL_MS: String(interval),
    LOG_ACCESS: 'false',
  };
  const programs = [1, 2, 3].map(() => runProgram([fixture], env));
  for (const program of programs) closeLater(() => (program.kill('SIGKILL'), program.ended));
  await Promise.all(programs.map((program) => program.ready()));
  return programs;
}

/** Waits until all of the greeters are known to the server. @returns after how long, in milliseconds */
async function allListed(server: EurekaServer, ports: readonly number[]): Promise<number> {
  const begun = performance.now();
  const listed = async (): Promise<true | undefined> => {
    const answer = await fetch(`${server.url}/apps`, { headers: { accept: 'application/json' } });
    const text = await answer.text();
    return ports.every((port) => text.includes(`"$":${port},`)) ? true : undefined;
  };
  await eventually(listed, 'the greeters are listed', 2 * interval);
  return performance.now() - begun;
}

heldFault(
  '48 and 54',
  'the registry is killed for ten minutes while three instances are called, and knows nobody when it is back',
  async (held) => {
    const port = await freePort();
    const first = await serve(held, port);
    const greeters = await startGreeters(held, first);
    const ports = await Promise.all(greeters.map((one) => one.ready()));
    await allListed(first, ports);
    const registry = connect(held, [first.url]);
    await registry.start();
    const client = createClient('greeter', { retry: false }, { registry });
    held.closeLater(() => client.close());
    const sizes = sizesOf(registry, 'greeter');
    await first.stop();

    const call = (): Promise<unknown> => client.get('/hello');
    const away = await callOften(call, 4, afterMs(heldMs), 50);
    const age = ageMs(registry);
    const ready = await Promise.all(ports.map((one) => ask(one, '/health/ready')));
    held.report(
      `${3 - Math.min(...sizes)} of 3 instances lost and ${failed(away).length} of ${away.length} calls failed in ${seconds(heldMs)} without the registry, limit 0; age of the list ${seconds(age)}, ${ofFetches(registry).error} failed fetches`,
    );
    expect([failed(away), [...new Set(sizes)]]).toEqual([[], [3]]);
    expect(age).toBeGreaterThanOrEqual(heldMs);
    expect(ready.map(({ status }) => status)).toEqual([200, 200, 200]);

    const second = await serve(held, port);
    const back = allListed(second, ports);
    // Longer than a list that was doubted at once would be kept.
    const after = await callOften(call, 4, afterMs(5 * interval), 50);
    held.report(
      `all of 3 registered again after ${seconds(await back)}, limit ${seconds(interval + 1_000)}; ${failed(after).length} of ${after.length} calls failed meanwhile and after, limit 0; the list had ${Math.min(...sizes)} at least, limit 3`,
    );
    expect(await back).toBeLessThanOrEqual(interval + 1_000);
    expect([failed(after), [...new Set(sizes)]]).toEqual([[], [3]]);
    expect(registry.details()).toMatchObject({ held: [] });
    expect(ageMs(registry)).toBeLessThanOrEqual(interval + 1_000);
  },
  ...java,
);

/** When a service's list was doubted first, and when it shrank. */
async function heldFor(registry: Registry, service: string, to: number, limitMs: number): Promise<number> {
  const doubted = (): boolean => (registry.details()['held'] as string[]).includes(service);
  await eventually(() => doubted() || undefined, `${service} is doubted`, limitMs);
  const since = performance.now();
  await eventually(() => size(registry, service) === to || undefined, `${service} is believed`, limitMs);
  return performance.now() - since;
}

heldFault(
  '50',
  'a registry loses all instances of a service, 19 of 20 of another, and is restarted and knows nobody',
  async (held) => {
    const port = await freePort();
    const first = await serve(held, port);
    const ids = Array.from({ length: 20 }, (_, n) => `10.0.0.${n}`);
    for (const id of ids) await leave(first, instanceOf('stock', id));
    for (const id of ids) await leave(first, instanceOf('depot', id));
    await leave(first, instanceOf('other', '10.0.1.1'));
    // For the one it is the 90 s that count, for the other the three answers.
    const callers = [10_000, 40_000].map((ms) => {
      const log = new RecordingLogger();
      return { ms, log, registry: connect(held, [first.url], { fetchIntervalMs: ms, log }) };
    });
    await eventually(
      async () => ((await first.instance('OTHER', '10.0.1.1')) === undefined ? undefined : true),
      'all are known',
    );
    await sleep(1_000); // the server keeps its answers for half a second
    for (const { registry } of callers) await registry.start();
    for (const { registry } of callers)
      expect(['stock', 'depot', 'other'].map((name) => size(registry, name))).toEqual([20, 20, 1]);
    const others = callers.map(({ registry }) => sizesOf(registry, 'other'));

    const losing = async (service: string, left: number): Promise<number[]> => {
      for (const id of ids.slice(left)) await remove(first, instanceOf(service, id));
      return Promise.all(callers.map(({ registry, ms }) => heldFor(registry, service, left, 4 * ms + 120_000)));
    };
    const stock = losing('stock', 0);
    await sleep(30_000);
    const depot = losing('depot', 1);
    const lost = await Promise.all([stock, depot]);
    expect(others).toEqual([
      [1, 1],
      [1, 1],
    ]);
    await first.stop();
    await serve(held, port);
    const emptied = await Promise.all(
      callers.map(({ registry, ms }) => heldFor(registry, 'other', 0, 4 * ms + 120_000)),
    );

    const all = [...lost, emptied];
    callers.forEach(({ ms, log }, i) => {
      const times = all.map((one) => one[i] as number);
      held.report(
        `fetching every ${seconds(ms)}: held for ${times.map(seconds).join(', ')}, limit 90 s at least, ${seconds(Math.max(90_000, 3 * ms) + ms)} at most`,
      );
      // What was seen every 5 ms begins and ends a little late.
      expect(Math.min(...times)).toBeGreaterThanOrEqual(90_000 - 50);
      expect(Math.max(...times)).toBeLessThanOrEqual(Math.max(90_000, 3 * ms) + ms);
      expect(log.messages('warn').filter((text) => text.includes('believed'))).toHaveLength(4);
    });
  },
  ...java,
);

heldFault('49', 'the registry answers nothing but garbage for ten minutes', async (held) => {
  const eureka = await FakeEureka.start();
  held.closeLater(() => eureka.close());
  eureka.others = ['a', 'b', 'c'].map((id) => info('stock', id));
  const registry = connect(held, [eureka.url], { maxResponseBytes: 100_000 });
  await registry.start();
  const before = registry.snapshot('stock');
  const failures = (): number => ofFetches(registry).error + ofFetches(registry).invalid;
  const used = new Set<Mode>();
  const over = afterMs(heldMs);
  while (!over()) {
    eureka.mode = garbage[failures() % garbage.length] as Mode;
    used.add(eureka.mode);
    await sleep(20);
    expect(registry.snapshot('stock')).toBe(before);
  }
  const [age, count] = [ageMs(registry), failures()];
  eureka.mode = 'well';
  eureka.others = [info('stock', 'd')];
  const well = performance.now();
  const believed = (): true | undefined => (registry.snapshot('stock') === before ? undefined : true);
  await eventually(believed, 'it is believed again', 2 * interval);
  const backMs = performance.now() - well;
  held.report(
    `${used.size} kinds of garbage in ${count} fetches changed nothing in ${seconds(heldMs)}; age of the list ${seconds(age)}; a good answer was taken after ${seconds(backMs)}, limit ${seconds(interval + 1_000)}`,
  );
  expect(ofFetches(registry)).toMatchObject({ ok: 2 });
  expect(age).toBeGreaterThanOrEqual(heldMs);
  expect(count).toBeGreaterThanOrEqual(Math.floor(heldMs / interval));
  expect(backMs).toBeLessThanOrEqual(interval + 1_000);
});

for (const [row, what, signal] of [
  ['51', 'frozen', 'SIGSTOP'],
  ['52', 'killed', 'SIGKILL'],
] as const) {
  heldFault(
    row,
    `the first of two registries is ${what} for ten minutes`,
    async (held) => {
      const [a, b] = [await freePort(), await freePort()];
      const [first, second] = await Promise.all([serve(held, a, b), serve(held, b, a)]);
      const log = new RecordingLogger();
      const ids = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
      const registries = ids.map(() => connect(held, [first.url, second.url], { log }));
      await Promise.all(registries.map((one) => one.start()));
      await Promise.all(registries.map((one, n) => one.register(instanceOf('stock', ids[n] as string), 'UP')));
      const listed = async (): Promise<true | undefined> => {
        const all = await Promise.all(ids.map((id) => second.instance('STOCK', id)));
        return all.every((one) => one?.['status'] === 'UP') ? true : undefined;
      };
      await eventually(listed, 'the second knows all', interval);
      await sleep(1_000);
      const caller = connect(held, [first.url, second.url], { log });
      await caller.start();
      const sizes = sizesOf(caller, 'stock');
      first.child.kill(signal);
      const over = afterMs(heldMs);
      let oldest = 0;
      let unknown = 0;
      while (!over()) {
        await sleep(1_000);
        oldest = Math.max(oldest, ageMs(caller));
        if ((await listed()) === undefined) unknown += 1;
      }
      const failures = [...registries, caller].map((one) => ofFetches(one).error + ofFetches(one).invalid);
      const warned = log.messages('warn').length;
      held.report(
        `${warned} heartbeats and ${failures.reduce((sum, count) => sum + count)} fetches failed in ${seconds(heldMs)}, somebody was missing at ${unknown} looks, limit 0; the list was ${seconds(oldest)} old at most, limit ${seconds(2 * interval)}`,
      );
      expect({ warned, failures, unknown }).toEqual({ warned: 0, failures: [0, 0, 0, 0], unknown: 0 });
      expect([...new Set(sizes)]).toEqual([3]);
      expect(oldest).toBeLessThanOrEqual(2 * interval);
    },
    ...java,
  );
}
