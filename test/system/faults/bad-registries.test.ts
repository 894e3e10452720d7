import { createClient } from '../../../src/client';
import { makeInstance, type Instance, type Registry } from '../../../src/discovery';
import { createEurekaRegistry, type EurekaOptions } from '../../../src/discovery/eureka';
import { FakeEureka, garbage, info } from '../../discovery/eureka/support/fake-eureka';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { freePort } from '../../support/free-port';
import { endPrograms } from '../../support/program';
import { RecordingLogger } from '../../support/recording';
import { after, callOften, failed } from './support/call-often';
import { fault } from './support/fault';
import { seconds, sleep } from './support/life';
import { startToggled } from './support/toggled';

/** Of fetches and heartbeats in the tests whose time is real, in milliseconds. */
const interval = 1_000;
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  endPrograms();
});

async function serve(port?: number): Promise<FakeEureka> {
  const eureka = await FakeEureka.start(port);
  closers.push(() => eureka.close().catch(() => undefined)); // a test may have closed it
  return eureka;
}

function connect(urls: readonly string[], more: Partial<EurekaOptions> = {}): Registry {
  const registry = createEurekaRegistry({
    urls: [...urls],
    fetchIntervalMs: interval,
    renewIntervalMs: interval,
    ...more,
  });
  closers.push(() => registry.stop());
  return registry;
}

/** On a clock of the test, with intervals of 30 s; every wait is as long as it can be. */
function connectOn(clock: FakeClock, urls: readonly string[], more: Partial<EurekaOptions> = {}): Registry {
  return connect(urls, { clock, random: () => 1, fetchIntervalMs: 30_000, renewIntervalMs: 30_000, ...more });
}

const instanceOf = (n: number): Instance =>
  makeInstance({ id: `greeter:${n}`, service: 'greeter', host: '127.0.0.1', port: 8_000 + n });

const fetches = (registry: Registry): Record<string, number> => registry.details()['fetches'] as Record<string, number>;
const ended = (registry: Registry): number => Object.values(fetches(registry)).reduce((sum, count) => sum + count, 0);
const size = (registry: Registry): number => registry.snapshot('stock').instances.length;

/** Moves time to the next fetch, which comes sooner after failures in a row, and waits for its end. */
async function nextFetch(clock: FakeClock, registry: Registry, failures: number): Promise<void> {
  const before = ended(registry);
  await clock.advance(failures === 0 ? 30_000 : Math.min(30_000, 1_000 * 2 ** (failures - 1)));
  await eventually(() => (ended(registry) > before ? true : undefined), 'the next fetch');
  await settle();
}

fault(
  47,
  'no registry is there when the service starts',
  'it is registered and knows the others within an interval and a second of its appearing',
  async (report) => {
    const port = await freePort();
    const registry = connect([`http://127.0.0.1:${port}/eureka`]);
    void registry.start();
    void registry.register(instanceOf(1), 'UP');
    registry.snapshot('stock');
    await sleep(4_000);
    const eureka = await serve(port);
    eureka.others = [info('stock', 'a')];
    const appeared = performance.now();
    await eventually(
      () => (eureka.leases.has('GREETER/greeter:1') && size(registry) === 1 ? true : undefined),
      'it joins',
    );
    const ms = performance.now() - appeared;
    report(`joined ${seconds(ms)} after it was up, limit ${seconds(interval + 1_000)}`);
    expect(ms).toBeLessThanOrEqual(interval + 1_000);
  },
);

fault(
  48,
  'the registry dies, for ten minutes of a clock that the test moves, while calls run',
  'no call fails, and the age of the list is shown',
  async (report) => {
    const clock = new FakeClock();
    const upstream = await startToggled();
    const eureka = await serve();
    eureka.others = [info('stock', 'a', { hostName: '127.0.0.1', port: { $: upstream.port, '@enabled': 'true' } })];
    const registry = connectOn(clock, [eureka.url]);
    await registry.start();
    const client = createClient('stock', { retry: false }, { registry });
    closers.push(() => client.close());
    const called = await callOften(() => client.get('/'), 4, after(50));
    await eureka.close();
    const since = clock.now();
    for (let failures = 0; clock.now() - since < 600_000; failures += 1) {
      await nextFetch(clock, registry, failures);
      called.push(...(await callOften(() => client.get('/'), 4, after(50))));
    }
    const age = registry.details()['ageMs'] as number;
    report(
      `${failed(called).length} of ${called.length} calls failed, limit 0; age of the list ${seconds(age)}, ${fetches(registry)['error']} failed fetches`,
    );
    expect(failed(called)).toEqual([]);
    expect(age).toBeGreaterThanOrEqual(600_000);
  },
);

fault(
  49,
  'the registry answers 500, a redirect, half an answer, HTML, null, nonsense, broken gzip, too much, a bomb',
  'the list stays as it is, and the fetch is counted as failed',
  async (report) => {
    let [changed, uncounted, all] = [0, 0, 0];
    for (const mode of garbage) {
      const clock = new FakeClock();
      const eureka = await serve();
      eureka.others = [info('stock', 'a'), info('stock', 'b'), info('stock', 'c')];
      const registry = connectOn(clock, [eureka.url], { maxResponseBytes: 100_000 });
      await registry.start();
      const before = registry.snapshot('stock');
      eureka.mode = mode;
      for (let i = 0; i < 8; i += 1) await nextFetch(clock, registry, i);
      const { ok, error, invalid } = fetches(registry) as { ok: number; error: number; invalid: number };
      all += 8;
      if (registry.snapshot('stock') !== before || size(registry) !== 3) changed += 1;
      uncounted += 8 - error - invalid + (ok - 1);
    }
    report(
      `${changed} of ${garbage.length} kinds changed the list of 3 over ${all} fetches, limit 0; ${uncounted} not counted, limit 0`,
    );
    expect([changed, uncounted]).toEqual([0, 0]);
  },
);

fault(
  50,
  'the registry answers well, but knows nobody any more, or one of 20',
  'the 20 are kept for three such answers and 90 s of a clock that the test moves, then it is believed',
  async (report) => {
    const all = Array.from({ length: 20 }, (_, n) => info('stock', `s${n}`));
    const lists: readonly ((eureka: FakeEureka) => void)[] = [
      (eureka) => (eureka.listing = { applications: {} }),
      (eureka) => (eureka.listing = { applications: { application: [] } }),
      (eureka) => (eureka.others = [info('other', 'x')]),
      (eureka) => (eureka.others = all.slice(0, 1)),
    ];
    const heldMs: number[] = [];
    for (const lose of lists) {
      const clock = new FakeClock();
      const eureka = await serve();
      eureka.others = all;
      const log = new RecordingLogger();
      const registry = connectOn(clock, [eureka.url], { log });
      await registry.start();
      expect(size(registry)).toBe(20);
      lose(eureka);
      let since: number | undefined;
      const before = fetches(registry)['ok'] as number;
      while (size(registry) === 20 && ended(registry) < 20) {
        await nextFetch(clock, registry, 0);
        since ??= clock.now();
      }
      heldMs.push(clock.now() - (since as number));
      expect((fetches(registry)['ok'] as number) - before).toBeGreaterThanOrEqual(4);
      expect(size(registry)).toBeLessThanOrEqual(1);
      expect(log.messages('warn')).toHaveLength(1);
      await registry.stop();
    }
    const least = Math.min(...heldMs);
    report(`held for ${seconds(least)} at least in ${lists.length} forms, limit 90 s, then believed with a warning`);
    expect(least).toBeGreaterThanOrEqual(90_000);
  },
);

fault(
  51,
  'the first of two registries accepts connections and answers nothing, from the start or later',
  'the second is asked in time',
  async (report) => {
    const ages: number[] = [];
    for (const fromTheStart of [true, false]) {
      const [hanging, well] = [await serve(), await serve()];
      for (const one of [hanging, well]) one.others = [info('stock', 'a')];
      if (fromTheStart) hanging.mode = 'hang';
      const registry = connect([hanging.url, well.url]);
      await registry.start();
      hanging.mode = 'hang';
      const end = performance.now() + 5_000;
      while (performance.now() < end) {
        await sleep(20);
        ages.push(registry.details()['ageMs'] as number);
      }
      expect(size(registry)).toBe(1);
    }
    const oldest = Math.max(...ages);
    report(`the list was ${seconds(oldest)} old at most, limit ${seconds(2 * interval)}`);
    expect(oldest).toBeLessThanOrEqual(2 * interval);
  },
);

fault(
  52,
  'one of two registries dies',
  'the other is used, no heartbeat and no fetch fails, the dead one is left alone',
  async (report) => {
    const [first, second] = [await serve(), await serve()];
    const { url } = first;
    const log = new RecordingLogger();
    const registry = connect([url, second.url], { log });
    await registry.start();
    await registry.register(instanceOf(1), 'UP');
    second.leases.set('GREETER/greeter:1', { ...first.leases.get('GREETER/greeter:1') }); // registries tell each other
    await first.close();
    await sleep(6 * interval);
    const { error, invalid } = fetches(registry) as { error: number; invalid: number };
    const beats = second.count('PUT /eureka/apps/GREETER');
    const warned = log.messages('warn').length;
    report(`${warned} heartbeats failed, ${beats} reached the other one; ${error + invalid} fetches failed; limit 0`);
    expect({ warned, error, invalid }).toEqual({ warned: 0, error: 0, invalid: 0 });
    expect(beats).toBeGreaterThanOrEqual(4);
    expect(registry.details()).toMatchObject({ quarantined: [url], registration: { registered: true } });
  },
);

fault(
  53,
  'the registry answers a heartbeat with 404',
  'it is registered again at once, with a newer timestamp',
  async (report) => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(instanceOf(1), 'UP');
    const slowest: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      const before = eureka.leases.get('GREETER/greeter:1');
      eureka.leases.clear();
      const forgotten = performance.now();
      const again = await eventually(() => eureka.leases.get('GREETER/greeter:1'), 'the registration');
      slowest.push(performance.now() - forgotten);
      expect(Number(again['lastDirtyTimestamp'])).toBeGreaterThan(Number(before?.['lastDirtyTimestamp']));
    }
    report(
      `registered again ${seconds(Math.max(...slowest))} after it was forgotten, limit ${seconds(interval + 500)} (a beat and half a second)`,
    );
    expect(Math.max(...slowest)).toBeLessThanOrEqual(interval + 500);
  },
);

fault(
  54,
  'the registry is restarted and knows nobody, with five instances',
  'all of them are registered again, and nobody loses the list',
  async (report) => {
    let eureka = await serve();
    const registries = [1, 2, 3, 4, 5].map(() => connect([eureka.url]));
    const all = (): true | undefined =>
      registries.every((_, n) => eureka.leases.get(`GREETER/greeter:${n}`)?.['status'] === 'UP') || undefined;
    const known = (): number => registries[0]?.snapshot('greeter').instances.length as number;
    registries.forEach((registry, n) => {
      void registry.start();
      void registry.register(instanceOf(n), 'UP');
    });
    await eventually(() => (all() === true && known() === 5 ? true : undefined), 'five instances');
    const { port } = eureka;
    const sizes: number[] = [];
    const end = registries[0]?.watch('greeter', ({ instances }) => sizes.push(instances.length));
    await eureka.close();
    eureka = await serve(port);
    const back = performance.now();
    await eventually(all, 'five registrations');
    const ms = performance.now() - back;
    await sleep(2 * interval);
    end?.();
    report(
      `all of ${registries.length} registered again after ${seconds(ms)}, limit ${seconds(interval + 1_000)}; the list had ${Math.min(...sizes)} at least, limit 5`,
    );
    expect(ms).toBeLessThanOrEqual(interval + 1_000);
    expect(Math.min(...sizes)).toBe(5);
  },
);

fault(
  55,
  'deltas with a wrong hash or an unknown action (does not apply: keelson asks for none), an object where a list is due',
  'only whole registries are ever asked for, whatever is answered',
  async (report) => {
    const clock = new FakeClock();
    const eureka = await serve();
    const registry = connectOn(clock, [eureka.url]);
    const one = info('stock', 'a', { actionType: 'UNHEARD_OF' });
    const lists = [
      { applications: { application: { name: 'STOCK', instance: one } } },
      {
        applications: {
          versions__delta: '7',
          apps__hashcode: 'UP_99_',
          application: [{ name: 'STOCK', instance: [one] }],
        },
      },
    ];
    eureka.listing = lists[0];
    await registry.start();
    await registry.register(instanceOf(1), 'UP');
    for (let i = 0; i < 20; i += 1) {
      eureka.listing = lists[i % 2];
      if (i === 10) eureka.mode = 'not-json';
      if (i === 14) eureka.mode = 'well';
      await nextFetch(clock, registry, i > 10 && i < 15 ? i - 10 : 0);
      expect(size(registry)).toBe(1);
    }
    const asked = eureka.requests.filter((line) => line.startsWith('GET'));
    const deltas = asked.filter((line) => line !== 'GET /eureka/apps').length;
    report(`${deltas} of ${asked.length} fetches asked for a delta, limit 0`);
    expect(deltas).toBe(0);
    expect(asked.length).toBeGreaterThanOrEqual(20);
  },
);
