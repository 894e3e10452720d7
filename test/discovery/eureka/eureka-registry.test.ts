import { noopMeter, type Gauge, type GaugeOptions } from '../../../src/core';
import { createEurekaRegistry } from '../../../src/discovery/eureka/eureka-registry';
import { type EurekaOptions } from '../../../src/discovery/eureka/options';
import { type Instance, type Registry, type Snapshot } from '../../../src/discovery/contract';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { freePort } from '../../support/free-port';
import { RecordingLogger, RecordingMeter } from '../../support/recording';
import { FakeEureka, info, type Mode } from './support/fake-eureka';

const interval = 30_000;
const own: Instance = {
  id: 'own:8080',
  service: 'greeter',
  host: 'own.example',
  port: 8080,
  secure: false,
  weight: 1,
  metadata: {},
};

let clock: FakeClock;
let log: RecordingLogger;
let meter: RecordingMeter;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  clock = new FakeClock();
  log = new RecordingLogger();
  meter = new RecordingMeter();
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  expect(clock.timers).toBe(0);
});

async function serve(port?: number): Promise<FakeEureka> {
  const eureka = await FakeEureka.start(port);
  closers.push(() => eureka.close());
  return eureka;
}

/** `random` 1: every wait is as long as it can be. */
function connect(urls: string[], more: Partial<EurekaOptions> = {}): Registry {
  const registry = createEurekaRegistry({ urls, clock, log, meter, random: () => 1, ...more });
  closers.push(() => registry.stop());
  return registry;
}

const ids = (snapshot: Snapshot): string[] => snapshot.instances.map(({ id }) => id);
const fetches = (registry: Registry): Record<string, number> => registry.details()['fetches'] as Record<string, number>;
const ended = (registry: Registry): number => Object.values(fetches(registry)).reduce((sum, count) => sum + count, 0);

/** Moves time and waits until the fetch that falls due has ended. */
async function nextFetch(registry: Registry, ms = interval): Promise<void> {
  const before = ended(registry);
  await clock.advance(ms);
  await eventually(() => (ended(registry) > before ? true : undefined), 'the next fetch');
  await settle();
}

/** Waits after failures in a row, as long as they can be. */
const retries = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];

/** A fetch when it is due, then as many as there are retries. All of them fail. */
async function failingFetches(registry: Registry): Promise<void> {
  for (const wait of [interval, ...retries]) await nextFetch(registry, wait);
}

const came = (eureka: FakeEureka, begin: string, count = 1): Promise<true> =>
  eventually(() => (eureka.count(begin) >= count ? (true as const) : undefined), `${count} of ${begin}`);

/** A started registry that knows three instances of `stock`. */
async function withStock(more: Partial<EurekaOptions> = {}): Promise<{ eureka: FakeEureka; registry: Registry }> {
  const eureka = await serve();
  eureka.others = [info('stock', 'a'), info('stock', 'b'), info('stock', 'c')];
  const registry = connect([eureka.url], more);
  await registry.start();
  return { eureka, registry };
}

describe('looking', () => {
  test('constructing opens nothing, before start nothing is known', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    void registry.register(own, 'UP');
    await settle();
    expect(clock.timers).toBe(0);
    expect(eureka.requests).toEqual([]);
    expect(registry.snapshot('stock')).toEqual({ instances: [], confirmedAt: undefined });
  });

  test('start resolves with the first answer; names are compared without regard to case', async () => {
    const { registry } = await withStock();
    expect(ids(registry.snapshot('Stock'))).toEqual(['a', 'b', 'c']);
    expect(registry.snapshot('stock').confirmedAt).toBe(clock.now());
    expect(registry.snapshot('nobody')).toEqual({ instances: [], confirmedAt: clock.now() });
    for (const name of ['constructor', '__proto__', 'toString', ''])
      expect(registry.snapshot(name).instances).toEqual([]);
  });

  test('a fetch an interval, the same list while nothing changes', async () => {
    const { eureka, registry } = await withStock();
    const { instances } = registry.snapshot('stock');
    await nextFetch(registry);
    expect(registry.snapshot('stock').instances).toBe(instances);
    expect(registry.snapshot('stock').confirmedAt).toBe(clock.now());
    expect(eureka.requests).toEqual(['GET /eureka/apps', 'GET /eureka/apps']);
  });

  test('who watches is told once what is known, then of changes only, and no more after the end', async () => {
    const { eureka, registry } = await withStock();
    const told: string[][] = [];
    const end = registry.watch('STOCK', (snapshot) => told.push(ids(snapshot)));
    await settle();
    await nextFetch(registry);
    eureka.others.push(info('stock', 'd'));
    await nextFetch(registry);
    expect(told).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
    end();
    eureka.others.pop();
    await nextFetch(registry);
    expect(told).toHaveLength(2);
  });

  test('resolve waits for the first answer, for as long as it is told to', async () => {
    const eureka = await serve();
    eureka.mode = 'hang';
    const registry = connect([eureka.url]);
    void registry.start();
    const waiting = registry.resolve('stock', 500);
    await clock.advance(500);
    expect((await waiting).confirmedAt).toBeUndefined();
    const aborted = new AbortController();
    const given = registry.resolve('stock', 60_000, aborted.signal);
    aborted.abort();
    expect((await given).confirmedAt).toBeUndefined();
  });

  test('user and password go into the header, and nowhere else', async () => {
    const eureka = await serve();
    eureka.mode = 'error';
    const registry = connect([eureka.url.replace('//', '//ann:p%40ss@')]);
    const stopped = new AbortController();
    const started = registry.start(stopped.signal);
    await came(eureka, 'GET');
    await eventually(() => (fetches(registry)['error'] === 1 ? true : undefined), 'the failed fetch');
    stopped.abort();
    await started;
    expect(eureka.authorizations).toEqual([`Basic ${Buffer.from('ann:p@ss').toString('base64')}`]);
    const shown = JSON.stringify([
      log.lines.map(({ message, fields }) => [message, String(fields['err'])]),
      registry.details(),
    ]);
    expect(shown).toContain('answered 500');
    expect(shown).not.toMatch(/p@ss|p%40ss|ann/);
  });
});

describe('faults of the registry', () => {
  test('47: away at boot: joins within an interval and a second of its appearing', async () => {
    const port = await freePort();
    const registry = connect([`http://127.0.0.1:${port}/eureka`]);
    void registry.start();
    void registry.register(own, 'UP');
    await eventually(() => (ended(registry) === 1 ? true : undefined), 'the first failed fetch');
    for (const wait of retries) await nextFetch(registry, wait);
    const eureka = await serve(port);
    const appeared = clock.now();
    await nextFetch(registry);
    await came(eureka, 'POST');
    expect(clock.now() - appeared).toBeLessThanOrEqual(interval + 1000);
    await eventually(() => (eureka.leases.has('GREETER/own:8080') ? true : undefined), 'the registration');
  });

  test('47: failures are followed by tries that come sooner, and further and further apart', async () => {
    const registry = connect([`http://127.0.0.1:${await freePort()}/eureka`]);
    void registry.start();
    await eventually(() => (ended(registry) === 1 ? true : undefined), 'the first failed fetch');
    for (const wait of retries) {
      const before = ended(registry);
      await clock.advance(wait - 1);
      expect(ended(registry)).toBe(before);
      await nextFetch(registry, 1);
    }
    expect(log.messages('warn')).toHaveLength(1);
  });

  test('48: away for ten minutes: what was known stays, and its age is shown', async () => {
    const gauges: GaugeOptions[] = [];
    const gauge = (options: GaugeOptions): Gauge => {
      gauges.push(options);
      return noopMeter.gauge(options);
    };
    const { eureka, registry } = await withStock({ meter: { ...noopMeter, gauge } });
    const before = registry.snapshot('stock');
    await eureka.close();
    const since = clock.now();
    await failingFetches(registry);
    while (clock.now() < since + 600_000) await nextFetch(registry);
    expect(registry.snapshot('stock')).toEqual(before);
    expect(registry.details()).toMatchObject({
      ageMs: clock.now() - since,
      lastError: expect.stringContaining('cannot be reached'),
    });
    const scraped: Record<string, unknown> = {};
    for (const { name, collect } of gauges)
      collect?.({ ...noopMeter.gauge({ name, help: '' }), set: (...what: unknown[]) => void (scraped[name] = what) });
    expect(scraped).toEqual({
      keelson_discovery_instances: [{ service: 'stock' }, 3],
      keelson_discovery_age_seconds: [{ service: 'stock' }, (clock.now() - since) / 1000],
    });
    closers.shift();
  });

  test.each<[Mode, 'error' | 'invalid']>([
    ['error', 'error'],
    ['redirect', 'error'],
    ['truncated', 'error'],
    ['html', 'invalid'],
    ['null', 'invalid'],
    ['not-json', 'invalid'],
    ['not-a-registry', 'invalid'],
    ['bad-gzip', 'invalid'],
    ['huge', 'invalid'],
    ['bomb', 'invalid'],
  ])('49: %s is counted as %s, and the list stays', async (mode, outcome) => {
    const { eureka, registry } = await withStock({ maxResponseBytes: 100_000 });
    const before = registry.snapshot('stock');
    eureka.mode = mode;
    await failingFetches(registry);
    expect(registry.snapshot('stock')).toBe(before);
    expect(fetches(registry)).toEqual({ ok: 1, error: 0, invalid: 0, [outcome]: 8 });
    expect(eureka.count('GET /elsewhere')).toBe(0);
    expect(meter.counted.filter(({ labels }) => (labels as { outcome: string }).outcome === outcome)).toHaveLength(8);
    eureka.mode = 'well';
    eureka.others.push(info('stock', 'd'));
    await nextFetch(registry);
    expect(ids(registry.snapshot('stock'))).toEqual(['a', 'b', 'c', 'd']);
    expect(log.messages('info')).toContain('the registry answers again');
  });

  test.each([0, 1])(
    '50: %d of 20 instances left: held for three good fetches and 90 s, then accepted',
    async (left) => {
      const eureka = await serve();
      const all = Array.from({ length: 20 }, (_, index) => info('stock', `s${String(index).padStart(2, '0')}`));
      eureka.others = [...all, info('other', 'x')];
      const registry = connect([eureka.url]);
      await registry.start();
      const told: number[] = [];
      registry.watch('stock', ({ instances }) => told.push(instances.length));
      const since = clock.now();
      eureka.others = [...all.slice(0, left), info('other', 'x')];
      for (let i = 0; i < 3; i++) {
        await nextFetch(registry);
        expect(registry.snapshot('stock').instances).toHaveLength(20);
      }
      expect(registry.snapshot('stock').confirmedAt).toBe(since);
      expect(registry.snapshot('other').confirmedAt).toBe(clock.now());
      expect(registry.details()['held']).toEqual(['stock']);
      await nextFetch(registry);
      expect(registry.snapshot('stock').instances).toHaveLength(left);
      expect(told).toEqual([20, left]);
      expect(log.messages('warn')).toEqual(['the registry still lacks instances of a service: it is believed']);
    },
  );

  test('54: back after failed fetches with some of the instances: the others are kept while it fills up', async () => {
    const { eureka, registry } = await withStock();
    const all = eureka.others;
    const sizes: number[] = [];
    registry.watch('stock', ({ instances }) => sizes.push(instances.length));
    eureka.mode = 'error';
    await nextFetch(registry);
    eureka.mode = 'well';
    // After a failure it asks again sooner; to go on by a whole interval would be past the limit of that fetch.
    for (const [count, wait] of [
      [1, retries[0]],
      [2, interval],
      [3, interval],
    ] as const) {
      eureka.others = all.slice(0, count);
      await nextFetch(registry, wait);
    }
    expect(sizes).toEqual([3]);
    expect(registry.details()).toMatchObject({ held: [], ageMs: 0 });
    eureka.others = all.slice(0, 2);
    await nextFetch(registry);
    expect(sizes).toEqual([3, 2]);
  });

  test.each([
    ['and forgot this process, as a heartbeat finds out', 10_000],
    ['and does not list this process any more', 600_000],
  ])('54: restarted between two fetches %s: the others are kept', async (_sign, renewIntervalMs) => {
    const { eureka, registry } = await withStock({ renewIntervalMs });
    await registry.register(own, 'UP');
    await nextFetch(registry);
    const all = eureka.others;
    eureka.others = all.slice(0, 1);
    eureka.leases.clear();
    if (renewIntervalMs < interval) {
      await clock.advance(renewIntervalMs);
      await eventually(() => eureka.leases.has('GREETER/own:8080') || undefined, 'the registration');
      await settle();
    }
    await nextFetch(registry, interval - (renewIntervalMs % interval));
    expect(fetches(registry)).toMatchObject({ ok: 3, error: 0 });
    expect(ids(registry.snapshot('stock'))).toEqual(['a', 'b', 'c']);
    eureka.others = all;
    await nextFetch(registry);
    expect(registry.details()['held']).not.toContain('stock');
  });

  test('51: a server that hangs: the next one is asked in time', async () => {
    const [hanging, well] = [await serve(), await serve()];
    well.others = [info('stock', 'a')];
    hanging.mode = 'hang';
    const registry = connect([hanging.url, well.url]);
    const started = registry.start();
    await came(hanging, 'GET');
    await clock.advance(5000);
    await started;
    expect(ids(registry.snapshot('stock'))).toEqual(['a']);
    await nextFetch(registry);
    expect(hanging.requests).toHaveLength(1);
    expect(registry.details()).toMatchObject({ ageMs: 0, fetches: { ok: 2, error: 0 } });
  });

  test('51: an answer that drips ends with the time of the request', async () => {
    const { eureka, registry } = await withStock();
    eureka.mode = 'drip';
    await clock.advance(interval);
    await came(eureka, 'GET', 2);
    await nextFetch(registry, 5000);
    expect(fetches(registry)).toEqual({ ok: 1, error: 1, invalid: 0 });
    expect(registry.details()['lastError']).toContain('took longer than 5000 ms');
    expect(ids(registry.snapshot('stock'))).toEqual(['a', 'b', 'c']);
  });

  test('52: one of two servers dies: no heartbeat fails, the dead one is left alone', async () => {
    const [first, second] = [await serve(), await serve()];
    const registry = connect([first.url, second.url]);
    await registry.start();
    await registry.register(own, 'UP');
    second.leases.set('GREETER/own:8080', { ...first.leases.get('GREETER/own:8080') }); // servers tell each other
    const beats = second.count('PUT');
    await first.close();
    closers.shift();
    for (let i = 1; i <= 5; i++) {
      await nextFetch(registry);
      await came(second, 'PUT', beats + i);
    }
    expect(registry.details()).toMatchObject({ fetches: { error: 0 }, registration: { registered: true } });
    expect(log.messages('warn')).toEqual([]);
  });

  test('a server that lies is not asked next', async () => {
    const [lying, well] = [await serve(), await serve()];
    lying.mode = 'html';
    well.others = [info('stock', 'a')];
    const registry = connect([lying.url, well.url]);
    const started = registry.start();
    await eventually(() => (ended(registry) === 1 ? true : undefined), 'the first fetch');
    await nextFetch(registry, 1000);
    await started;
    expect(ids(registry.snapshot('stock'))).toEqual(['a']);
    expect(registry.details()['quarantined']).toEqual([lying.url]);
  });

  test('53 and 54: a server that does not know the instance gets it at once, with a new timestamp', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(own, 'UP');
    const [lease] = [...eureka.leases.values()];
    eureka.leases.clear(); // restarted empty
    await clock.advance(interval);
    await came(eureka, 'POST', 2);
    await eventually(() => eureka.leases.get('GREETER/own:8080'), 'the registration');
    const again = eureka.leases.get('GREETER/own:8080');
    expect(Number(again?.['lastDirtyTimestamp'])).toBeGreaterThan(Number(lease?.['lastDirtyTimestamp']));
    expect(eureka.count('DELETE')).toBe(1); // at boot only
  });

  test('55: a single object stands for a list; only whole registries are fetched', async () => {
    const eureka = await serve();
    eureka.listing = { applications: { application: { name: 'STOCK', instance: info('stock', 'a') } } };
    const registry = connect([eureka.url]);
    await registry.start();
    await nextFetch(registry);
    expect(ids(registry.snapshot('stock'))).toEqual(['a']);
    expect(eureka.requests).toEqual(['GET /eureka/apps', 'GET /eureka/apps']);
  });
});

describe('being known', () => {
  test('the old lease goes, then STARTING, UP, OUT_OF_SERVICE, gone', async () => {
    const eureka = await serve();
    eureka.overrides.set('GREETER/own:8080', 'OUT_OF_SERVICE'); // left by a process that was killed while it drained
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(own, 'STARTING');
    const lease = (): unknown => eureka.leases.get('GREETER/own:8080')?.['status'];
    expect(lease()).toBe('STARTING');
    await registry.setStatus('UP');
    expect(lease()).toBe('UP');
    await registry.setStatus('OUT_OF_SERVICE');
    expect(lease()).toBe('OUT_OF_SERVICE');
    await registry.deregister();
    expect(lease()).toBeUndefined();
    expect(registry.details()['registration']).toEqual({ registered: false });
    expect(
      eureka.requests.filter((line) => !line.startsWith('GET')).map((line) => line.replace(/\d{10,}/, 'T')),
    ).toEqual([
      'DELETE /eureka/apps/GREETER/own%3A8080',
      'POST /eureka/apps/GREETER',
      'PUT /eureka/apps/GREETER/own%3A8080/status?value=UP&lastDirtyTimestamp=T',
      'PUT /eureka/apps/GREETER/own%3A8080/status?value=OUT_OF_SERVICE&lastDirtyTimestamp=T',
      'DELETE /eureka/apps/GREETER/own%3A8080',
    ]);
  });

  test('stop takes out what is registered, and nothing comes after it', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(own, 'UP');
    await Promise.all([registry.stop(), registry.stop()]);
    expect(eureka.leases.size).toBe(0);
    const { length } = eureka.requests;
    expect(clock.timers).toBe(0);
    await clock.advance(300_000);
    await registry.register(own, 'UP');
    await registry.setStatus('UP');
    await registry.deregister();
    await registry.start();
    await settle();
    expect(eureka.requests).toHaveLength(length);
    expect(eureka.count('DELETE')).toBe(2);
  });

  test('a registration under way when stop comes is followed by the end of the lease', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    eureka.mode = 'hang';
    eureka.only = ({ method }) => method === 'POST';
    void registry.register(own, 'UP');
    await came(eureka, 'POST');
    const stopped = registry.stop();
    await clock.advance(500);
    await stopped;
    expect(eureka.requests.at(-1)).toBe('DELETE /eureka/apps/GREETER/own%3A8080');
    expect(eureka.count('DELETE')).toBe(2);
  });

  test('a server that hangs holds stop up for a second at most', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(own, 'UP');
    eureka.mode = 'hang';
    const stopped = registry.stop();
    await came(eureka, 'DELETE', 2);
    await clock.advance(1000);
    await stopped;
  });

  test('a stop whose time is up ends at once', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url]);
    await registry.start();
    await registry.register(own, 'UP');
    eureka.mode = 'hang';
    await registry.stop(AbortSignal.abort());
    expect(clock.timers).toBe(0);
  });

  test('registering ends with its signal; the trying goes on', async () => {
    const eureka = await serve();
    eureka.mode = 'error';
    const registry = connect([eureka.url]);
    void registry.start();
    const patience = new AbortController();
    const registered = registry.register(own, 'UP', patience.signal);
    await came(eureka, 'DELETE');
    patience.abort();
    await registered;
    expect(eureka.leases.size).toBe(0);
    eureka.mode = 'well';
    await clock.advance(2000);
    await eventually(() => eureka.leases.get('GREETER/own:8080'), 'the registration');
  });

  test('zone and metadata of the options are said of the instance', async () => {
    const eureka = await serve();
    const registry = connect([eureka.url], { zone: 'west', metadata: { version: '1', team: 'a' } });
    await registry.start();
    await registry.register({ ...own, weight: 2, metadata: { team: 'b' } }, 'UP');
    await nextFetch(registry);
    const [instance] = registry.snapshot('greeter').instances;
    expect(instance).toEqual({
      ...own,
      zone: 'west',
      weight: 2,
      metadata: { version: '1', team: 'b', zone: 'west', weight: '2' },
    });
  });
});
