import { type Fault, type FaultSource, type FaultSubject, runInScope } from '../../src/core';
import { createMemoryNetwork, faultyRegistry, makeInstance, memoryRegistry, type Registry } from '../../src/discovery';
import { FakeClock } from '../support/fake-clock';
import { RecordingSpan } from '../support/recording';

const instance = (id: string) => makeInstance({ id, service: 'stock', host: '10.0.0.7', port: 8080 });

async function make(...faults: (Partial<Fault<'registry'>> | undefined)[]) {
  const clock = new FakeClock();
  const network = createMemoryNetwork();
  const asked: FaultSubject[] = [];
  const source: FaultSource<'registry'> = {
    draw: (subject) => {
      asked.push(subject);
      const next = faults.shift();
      if (next === undefined || subject.kinds?.includes(next.kind as string) === false) return undefined;
      return { kind: 'empty', rule: 'r', delayMs: 0, status: 503, ...next };
    },
  };
  const others: Registry[] = [];
  const join = async (id: string): Promise<Registry> => {
    const other = memoryRegistry({ network, clock });
    await other.start();
    await other.register(instance(id), 'UP');
    others.push(other);
    return other;
  };
  const inner = memoryRegistry({ network, clock });
  await inner.start();
  const registry = faultyRegistry(inner, source, clock);
  const ids = (): string[] => registry.snapshot('stock').instances.map(({ id }) => id);
  return { clock, registry, inner, join, asked, ids };
}

test('without a fault it is the registry itself', async () => {
  const { registry, inner, join, ids, asked } = await make();
  await join('a');
  expect(ids()).toEqual(['a']);
  expect(registry.snapshot('stock')).toBe(inner.snapshot('stock'));
  expect((await registry.resolve('STOCK', 10)).instances).toHaveLength(1);
  expect([registry.kind, registry.details()]).toEqual(['memory', inner.details()]);
  expect(asked[0]).toEqual({ peer: 'stock' });
});

test('stale: the first answer, whoever has gone since', async () => {
  const { join, ids } = await make(undefined, undefined, { kind: 'stale' });
  const first = await join('a');
  expect(ids()).toEqual(['a']);
  await join('b');
  await first.stop();
  expect(ids()).toEqual(['b']);
  expect(ids()).toEqual(['a']);
  expect(ids()).toEqual(['b']);
});

test('empty: nobody, and the registry stands by it', async () => {
  const { join, registry } = await make({ kind: 'empty' });
  await join('a');
  expect(registry.snapshot('stock')).toEqual({ instances: [], confirmedAt: 1_700_000_000_000 });
});

test('error: no answer yet; who waits for one waits in vain, and is not asked about again', async () => {
  const { join, registry, clock, asked, ids } = await make({ kind: 'error' });
  await join('a');
  expect(registry.snapshot('stock')).toEqual({ instances: [], confirmedAt: undefined });
  let answered: unknown;
  void registry.resolve('stock', 100).then((snapshot) => (answered = snapshot));
  await clock.advance(99);
  expect(answered).toBeUndefined();
  await clock.advance(1);
  expect(answered).toEqual({ instances: [], confirmedAt: undefined });
  expect(asked).toHaveLength(1);
  expect(ids()).toEqual(['a']);
});

test('error, for who asks and waits at once', async () => {
  const { join, registry } = await make({ kind: 'error' });
  await join('a');
  expect(await registry.resolve('stock', 0)).toEqual({ instances: [], confirmedAt: undefined });
});

test('an abort ends the waiting', async () => {
  const { registry, clock } = await make({ kind: 'error' });
  registry.snapshot('stock');
  await registry.resolve('stock', 60_000, AbortSignal.abort());
  expect(clock.timers).toBe(0);
});

test('slow: the first answer is late, once', async () => {
  const { join, registry, clock, ids } = await make({ kind: 'slow', delayMs: 300 }, undefined, { kind: 'slow' });
  await join('a');
  expect(registry.snapshot('stock').confirmedAt).toBeUndefined();
  let early: unknown;
  void registry.resolve('stock', 100).then(({ instances }) => (early = instances.length));
  await clock.advance(100);
  expect([early, ids()]).toEqual([0, []]);
  let answered: unknown;
  void registry.resolve('stock', 1_000).then(({ instances }) => (answered = instances.length));
  await clock.advance(199);
  expect(answered).toBeUndefined();
  await clock.advance(1);
  expect([answered, ids()]).toEqual([1, ['a']]);
});

test('the span of the work that looked is marked', async () => {
  const { registry } = await make({ kind: 'empty', rule: 'blind' });
  const span = new RecordingSpan('GET', true);
  runInScope({ work: undefined, trace: span, telemetry: undefined }, () => registry.snapshot('stock'));
  expect(span.attributes).toEqual({ 'keelson.fault': 'empty', 'keelson.fault.rule': 'blind' });
});

test('what it is told, and who watches, meet no fault', async () => {
  const { registry, inner, asked, clock } = await make({ kind: 'empty' }, { kind: 'empty' });
  const seen: number[] = [];
  const end = registry.watch('stock', ({ instances }) => seen.push(instances.length));
  await registry.start();
  await registry.register(instance('self'), 'STARTING');
  await registry.setStatus('UP');
  await clock.advance(0);
  expect(inner.snapshot('stock').instances.map(({ id }) => id)).toEqual(['self']);
  await registry.deregister();
  end();
  await registry.stop();
  expect([seen.at(-1), asked]).toEqual([0, []]);
});
