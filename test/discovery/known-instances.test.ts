import { currentScope, noopMeter, runInScope, type WorkContext } from '../../src/core';
import { holdRule, makeInstance, type Snapshot } from '../../src/discovery';
import { KnownInstances, mostServices } from '../../src/discovery/known-instances';
import { createMetrics } from '../../src/metrics';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';

const clock = new FakeClock();
let log = new RecordingLogger();
const asked: string[] = [];
const make = (alwaysCurrent = false, meter = noopMeter): KnownInstances => {
  log = new RecordingLogger();
  asked.length = 0;
  return new KnownInstances({ clock, log, meter, rule: holdRule, alwaysCurrent, asked: (name) => asked.push(name) });
};
const at = (...hosts: string[]): ReturnType<typeof makeInstance>[] =>
  hosts.map((host) => makeInstance({ service: 'a', host, port: 80 }));

test('the first question about a service is passed on, once, whatever its case', () => {
  const known = make();
  known.snapshot('Inventory');
  known.snapshot('inventory');
  expect(asked).toEqual(['inventory']);
  known.answered('INVENTORY', at('h1'));
  expect(known.snapshot('inventory').instances).toHaveLength(1);
});

test('nothing is kept of services that nobody has asked about', () => {
  const known = make();
  known.answered('a', at('h1'));
  expect(known.snapshot('a')).toEqual({ instances: [], confirmedAt: undefined });
});

test('waiting ends with the first answer, leaves no timer, and is over from then on', async () => {
  const known = make();
  const waiting = known.resolve('a', 1000);
  expect(clock.timers).toBe(1);
  known.answered('a', at('h1'));
  expect((await waiting).instances).toHaveLength(1);
  expect(clock.timers).toBe(0);
  expect(await known.resolve('a', 1000)).toBe(known.snapshot('a'));
});

test('waiting ends with its time, with its signal and with the registry', async () => {
  const known = make();
  const nothing = { instances: [], confirmedAt: undefined };
  const late = known.resolve('a', 1000);
  await clock.advance(1000);
  await expect(late).resolves.toEqual(nothing);
  const controller = new AbortController();
  const aborted = known.resolve('a', 1000, controller.signal);
  controller.abort();
  await expect(aborted).resolves.toEqual(nothing);
  await expect(known.resolve('a', 1000, controller.signal)).resolves.toEqual(nothing);
  const open = known.resolve('a', 1000);
  known.close();
  await expect(open).resolves.toEqual(nothing);
  await expect(known.resolve('a', 1000)).resolves.toEqual(nothing);
  expect(clock.timers).toBe(0);
});

test('a watcher is told once soon, then of each change, and of nothing after it has ended', async () => {
  const known = make();
  const told: Snapshot[] = [];
  const end = known.watch('a', (snapshot) => told.push(snapshot));
  expect(told).toHaveLength(0);
  await settle();
  expect(told).toHaveLength(1);
  known.answered('a', at('h1'));
  known.answered('a', at('h1'));
  known.answered('a', at('h1', 'h2'));
  expect(told.map(({ instances }) => instances.length)).toEqual([0, 1, 2]);
  end();
  end();
  known.answered('a', at('h1'));
  expect(told).toHaveLength(3);
});

test('a watcher that hears of a change at once is not told the same again', async () => {
  const known = make();
  const told = jest.fn();
  known.watch('a', told);
  known.answered('a', at('h1'));
  await settle();
  expect(told).toHaveBeenCalledTimes(1);
});

test('a watcher that has ended before it was told is not told', async () => {
  const told = jest.fn();
  make().watch('a', told)();
  await settle();
  expect(told).not.toHaveBeenCalled();
});

test('what a watcher throws is logged, also if it is async, and the others are told', async () => {
  const known = make();
  const told = jest.fn();
  known.watch('a', () => {
    throw new Error('sync');
  });
  known.watch('a', () => Promise.reject(new Error('async')) as unknown as void);
  known.watch('a', told);
  await settle();
  expect(told).toHaveBeenCalledTimes(1);
  expect(log.lines.map(({ fields }) => String(fields['err']))).toEqual(['Error: sync', 'Error: async']);
});

test('a watcher does not run in the request that began to watch', async () => {
  const scopes: unknown[] = [];
  const context = {} as WorkContext;
  runInScope(context as never, () => make().watch('a', () => scopes.push(currentScope())));
  await settle();
  expect(scopes).toEqual([undefined]);
});

test('it is logged once that an answer is doubted, and that it is believed in the end', async () => {
  const known = make();
  known.snapshot('a');
  known.answered('a', at('h1', 'h2'));
  for (let i = 0; i < 4; i++) {
    known.answered('a', []);
    expect(known.snapshot('a').instances).toHaveLength(i < 3 ? 2 : 0);
    await clock.advance(30_000);
  }
  expect(log.messages('warn')).toEqual([
    'The registry suddenly knows almost no instance: the known ones are kept',
    'The registry still knows almost no instance: it is believed',
  ]);
  expect(log.lines[0]?.fields).toEqual({ service: 'a', known: 2, answered: 0 });
});

test('the number of instances and the age of what is known are metrics and details', async () => {
  const metrics = createMetrics({ service: { name: 'a', version: '1', instance: 'i' } });
  const known = make(false, metrics);
  known.snapshot('a');
  known.answered('a', at('h1', 'h2'));
  known.snapshot('b');
  await clock.advance(2500);
  known.answered('a', []);
  const text = await metrics.registry.metrics();
  expect(text).toContain('keelson_discovery_instances{service="a"} 2');
  expect(text).not.toContain('keelson_discovery_instances{service="b"}');
  expect(text).toContain('keelson_discovery_age_seconds{service="a"} 2.5');
  expect(text).toContain('keelson_discovery_age_seconds{service="b"} 2.5');
  expect(known.details()).toEqual({
    a: { instances: 2, ageMs: 2500, doubted: true },
    b: { instances: 0, ageMs: 2500 },
  });
});

test('what lies in this process does not age', async () => {
  const known = make(true);
  known.snapshot('a');
  known.answered('a', at('h1'));
  await clock.advance(10_000);
  expect(known.details()).toEqual({ a: { instances: 1, ageMs: 0 } });
});

test('only so many services are looked for', () => {
  const known = make();
  for (let i = 0; i < mostServices + 2; i++) known.snapshot(`s${i}`);
  expect(asked).toHaveLength(mostServices);
  expect(known.snapshot('another')).toEqual({ instances: [], confirmedAt: undefined });
  expect(log.lines).toHaveLength(1);
});

test('after the end what is known can be looked at, nothing is asked and nobody is told', async () => {
  const known = make();
  const told = jest.fn();
  known.watch('a', told);
  known.answered('a', at('h1'));
  known.close();
  known.answered('a', at('h1', 'h2'));
  known.watch('a', told);
  expect(known.snapshot('a').instances).toHaveLength(1);
  expect(known.snapshot('b').instances).toHaveLength(0);
  await settle();
  expect(told).toHaveBeenCalledTimes(1);
  expect(asked).toEqual(['a']);
});
