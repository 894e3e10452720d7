import { dnsRegistry, type DnsRegistryOptions, type Registry } from '../../src/discovery';
import { DnsServer, type DnsRecord } from '../support/dns-server';
import { RecordingLogger, RecordingMeter } from '../support/recording';
import { LookupClock } from './lookup-clock';

const server = new DnsServer();
let address = '';
let clock = new LookupClock();
let log = new RecordingLogger();
let meter = new RecordingMeter();
let registry: Registry;
beforeAll(async () => (address = await server.start()));
afterAll(() => server.stop());
beforeEach(() => {
  server.zone.clear();
  server.asked.length = 0;
  server.mode = 'answer';
});
afterEach(async () => {
  await registry.stop();
  expect(clock.timers).toBe(0);
});

const make = (options: DnsRegistryOptions = {}): Registry => {
  [clock, log, meter] = [new LookupClock(), new RecordingLogger(), new RecordingMeter()];
  const given = { servers: [address], suffix: 'example', port: 80, clock, log, meter, random: () => 0.5 };
  registry = dnsRegistry({ ...given, ...options });
  return registry;
};
const run = (...last: number[]): void => {
  const records = last.map((n): DnsRecord => ({ type: 'A', address: `10.0.0.${n}` }));
  server.zone.set('inventory.example', records);
};
const hosts = (): string[] => registry.snapshot('inventory').instances.map(({ host }) => host);

/** Started, with an answer of so many instances. */
async function started(count: number, options: DnsRegistryOptions = {}): Promise<void> {
  run(...Array.from({ length: count }, (_, i) => i + 1));
  make(options);
  registry.snapshot('inventory');
  await registry.start();
  expect(hosts()).toHaveLength(count);
}

test('the start is over when what was asked for has been answered', async () => {
  await started(2);
  expect(server.asked).toEqual(['A inventory.example']);
  expect(hosts()).toEqual(['10.0.0.1', '10.0.0.2']);
});

test('without a port SRV records are asked for, with their prefix', async () => {
  const target: DnsRecord = { type: 'SRV', target: 'n1.example', port: 8081 };
  server.zone.set('_http._tcp.inventory.example', [target]);
  make({ port: undefined });
  await registry.start();
  const { instances } = await registry.resolve('Inventory', 5000);
  expect(instances).toMatchObject([{ id: 'n1.example:8081', service: 'inventory' }]);
});

test('it asks again every interval, a little early, and sees what has changed', async () => {
  await started(2);
  run(2, 3);
  await clock.pass(8000);
  expect(hosts()).toEqual(['10.0.0.1', '10.0.0.2']);
  await clock.pass(1000);
  expect(hosts()).toEqual(['10.0.0.2', '10.0.0.3']);
  await clock.pass(9000);
  expect(server.asked).toHaveLength(3);
});

test.each(['silent', 'failure', 'garbage'] as const)(
  'a server that gives %s for ten minutes keeps the list',
  async (mode) => {
    await started(3);
    const before = registry.snapshot('inventory');
    server.mode = mode;
    // A second at a time would not let the time limit pass while a question is waited for.
    if (mode === 'silent') await clock.advance(600_000);
    else await clock.pass(600_000);
    expect(registry.snapshot('inventory')).toBe(before);
    expect(log.messages('warn')).toEqual(['DNS gives no good answer: what is known is kept']);
    expect(meter.counted.length).toBeGreaterThan(40);
    expect(meter.counted[0]).toEqual({ name: 'keelson_discovery_errors_total', labels: { service: 'inventory' } });
    expect(registry.details()).toMatchObject({ lastError: expect.any(String) as string });
    server.mode = 'answer';
    run(7);
    await clock.pass(10_000);
    expect(hosts()).toContain('10.0.0.7');
    expect(log.messages('info')).toEqual(['DNS answers again']);
  },
  20_000,
);

test.each([
  ['the name is gone', () => server.zone.clear()],
  ['there is no record', () => server.zone.set('inventory.example', [])],
])(
  '%s: the list stays, and grows older',
  async (_what, happen) => {
    await started(3);
    happen();
    await clock.pass(300_000);
    expect(hosts()).toHaveLength(3);
    expect(log.messages('warn')).toHaveLength(1);
    const { services } = registry.details() as { services: Record<string, { ageMs: number }> };
    expect(services['inventory']?.ageMs).toBe(300_000);
  },
  20_000,
);

test('nothing is believed after 90 s where that is wanted', async () => {
  await started(3, { believeEmpty: true });
  server.zone.clear();
  await clock.pass(90_000);
  expect(hosts()).toHaveLength(3);
  await clock.pass(18_000);
  expect(hosts()).toHaveLength(0);
}, 20_000);

test('nine of ten gone at once is doubted for 90 s', async () => {
  await started(10);
  run(1);
  await clock.pass(90_000);
  expect(hosts()).toHaveLength(10);
  await clock.pass(18_000);
  expect(hosts()).toEqual(['10.0.0.1']);
}, 20_000);

test('a DNS that is away at the start neither rejects nor ends the trying', async () => {
  server.mode = 'failure';
  make();
  registry.snapshot('inventory');
  await registry.start();
  expect(registry.snapshot('inventory').confirmedAt).toBeUndefined();
  const waiting = registry.resolve('inventory', 60_000);
  server.mode = 'answer';
  run(1);
  await clock.pass(1000);
  expect((await waiting).instances).toHaveLength(1);
});

test('until there is an answer it asks more and more seldom', async () => {
  server.mode = 'failure';
  make();
  registry.snapshot('inventory');
  await registry.start();
  await clock.pass(1000);
  expect(server.asked).toHaveLength(2);
  await clock.pass(2000);
  expect(server.asked).toHaveLength(3);
  await clock.pass(60_000);
  expect(server.asked.length).toBeLessThan(12);
});

test('the start ends with its signal while DNS says nothing', async () => {
  server.mode = 'silent';
  make();
  registry.snapshot('inventory');
  const controller = new AbortController();
  const start = registry.start(controller.signal);
  controller.abort();
  await start;
  await registry.start(controller.signal);
});

test('a stop ends the question that is under way, and the start that waits for it', async () => {
  server.mode = 'silent';
  make();
  registry.snapshot('inventory');
  const start = registry.start();
  await registry.stop();
  await start;
  await registry.start();
  expect(clock.timers).toBe(0);
  expect(log.lines).toEqual([]);
});

test('a name that cannot be is not asked for', async () => {
  make();
  await registry.start();
  await expect(registry.resolve('../etc', 5000)).resolves.toMatchObject({ instances: [] });
  expect(server.asked).toEqual([]);
  expect(log.messages('warn')).toEqual(['No service can have this name: it is not looked for']);
});
