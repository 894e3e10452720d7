import { type Instance } from '../../../src/discovery/contract';
import { fromInstanceInfo, type ListedInstance } from '../../../src/discovery/eureka/instance-info';
import { KnownServices } from '../../../src/discovery/eureka/known-services';
import { settle } from '../../support/fake-clock';
import { RecordingLogger } from '../../support/recording';
import { info } from './support/fake-eureka';

const listed = (app: string, id: string, more: Record<string, unknown> = {}): ListedInstance =>
  fromInstanceInfo(info(app, id, more), app) as ListedInstance;
const all = (...ids: string[]): ListedInstance[] => ids.map((id) => listed('stock', id));

let log: RecordingLogger;
let known: KnownServices;
beforeEach(() => {
  log = new RecordingLogger();
  known = new KnownServices(log);
});
const ids = (service = 'stock'): string[] => known.snapshot(service).instances.map(({ id }: Instance) => id);

test('those known keep their places, new ones follow by id', () => {
  known.update(all('c', 'a'), 1);
  expect(ids()).toEqual(['a', 'c']);
  known.update(all('d', 'c', 'b', 'a'), 2);
  expect(ids()).toEqual(['a', 'c', 'b', 'd']);
  known.update(all('d', 'c', 'b'), 3);
  expect(ids()).toEqual(['c', 'b', 'd']);
});

test('the same list, frozen, while nothing changes; a changed instance changes it', () => {
  known.update(all('a', 'b'), 1);
  const { instances } = known.snapshot('stock');
  expect(Object.isFrozen(instances)).toBe(true);
  known.update(all('b', 'a'), 2);
  expect(known.snapshot('stock')).toEqual({ instances, confirmedAt: 2 });
  expect(known.snapshot('stock').instances).toBe(instances);
  known.update([listed('stock', 'a', { metadata: { weight: '3' } }), ...all('b')], 3);
  expect(known.snapshot('stock').instances.map(({ weight }) => weight)).toEqual([3, 1]);
  expect(known.snapshot('stock').instances[1]).toBe(instances[1]);
});

test('only who is UP; who says it is out of service is believed at once', () => {
  known.update(all('a'), 1);
  known.update([listed('stock', 'a', { status: 'OUT_OF_SERVICE' })], 2);
  expect(known.snapshot('stock')).toEqual({ instances: [], confirmedAt: 2 });
  expect(known.size).toBe(0);
});

test('by virtual address too', () => {
  known.update([listed('stock', 'a', { vipAddress: 'Depot, stock' })], 1);
  expect([ids('depot'), ids('stock'), ids('DEPOT')]).toEqual([['a'], ['a'], ['a']]);
});

test('a list that is held is as old as it is', () => {
  known.update(all('a', 'b'), 1000);
  known.update([], 2000);
  expect(known.snapshot('stock')).toMatchObject({ confirmedAt: 1000 });
  expect(known.snapshot('nobody')).toMatchObject({ confirmedAt: 2000 });
  expect(known.confirmedAt).toBe(2000);
  expect(known.held()).toEqual(['stock']);
  expect(log.messages('warn')).toEqual([]);
});

test('who is new is believed while the others are held', () => {
  known.update(all('a', 'b'), 1000);
  known.update([], 2000);
  known.update([listed('stock', 'c', { status: 'UP' })], 3000);
  expect(ids()).toEqual(['a', 'b', 'c']);
  const many = Array.from({ length: 20 }, (_, index) => `s${index + 10}`);
  known.update(all(...many), 4000);
  known.update(all('new'), 5000);
  expect(ids()).toEqual([...many, 'new']);
  expect(known.snapshot('stock').confirmedAt).toBe(4000);
});

test('after failed fetches whoever is missing is held, until all are there again', () => {
  known.update(all('a', 'b', 'c'), 1000);
  known.update(all('a'), 30_000, true);
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(known.snapshot('stock').confirmedAt).toBe(1000);
  known.update(all('a', 'b'), 60_000);
  expect(ids()).toEqual(['a', 'b', 'c']);
  known.update(all('c', 'a', 'b'), 90_000);
  expect(known.held()).toEqual([]);
  known.update(all('a', 'b'), 91_000);
  expect(ids()).toEqual(['a', 'b']);
  expect(log.messages('warn')).toEqual([]);
});

test('after failed fetches who is still missing after three answers and 90 s has gone', () => {
  known.update(all('a', 'b', 'c'), 1000);
  for (const now of [30_000, 60_000, 90_000]) known.update(all('a', 'b'), now, now === 30_000);
  expect(ids()).toEqual(['a', 'b', 'c']);
  known.update(all('a', 'b'), 120_000);
  expect(ids()).toEqual(['a', 'b']);
  expect(log.messages('warn')).toHaveLength(1);
});

test('who says it is out of service is believed while others are held', () => {
  known.update(all('a', 'b', 'c'), 1000);
  known.update([listed('stock', 'b', { status: 'OUT_OF_SERVICE' })], 30_000, true);
  expect(ids()).toEqual(['a', 'c']);
});

test('figures are kept of services that somebody asked about, and of a thousand at most', () => {
  known.update([...all('a'), listed('other', 'x')], 1);
  known.snapshot('Stock');
  for (let i = 0; i < 2000; i++) known.snapshot(`made-up-${i}`);
  const asked = [...known.asked()];
  expect(asked).toHaveLength(1000);
  expect(asked[0]).toEqual(['stock', known.snapshot('stock')]);
});

test('who throws hurts nobody else', async () => {
  const told: number[] = [];
  known.watch('stock', () => {
    throw new Error('mine');
  });
  known.watch('stock', ({ instances }) => told.push(instances.length));
  await settle();
  known.update(all('a'), 1);
  expect(told).toEqual([0, 1]);
  expect(log.messages('error')).toEqual(Array(2).fill('who watches the instances of a service threw'));
});

test('who ended before being told is not told; the same listener may watch twice', async () => {
  const listener = jest.fn();
  const end = known.watch('stock', listener);
  known.watch('stock', listener);
  end();
  end();
  await settle();
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener may end others while it is told: they are told nothing more', async () => {
  const ends: (() => void)[] = [];
  const told: string[] = [];
  known.watch('stock', ({ instances }) => {
    if (instances.length > 0) ends[0]?.();
  });
  ends.push(known.watch('stock', ({ instances }) => told.push(`second: ${instances.length}`)));
  await settle();
  known.update(all('a'), 1);
  expect(told).toEqual(['second: 0']);
});

test('all that is listened to sees the same registry', async () => {
  const seen: string[][] = [];
  known.watch('stock', () => seen.push(ids('other')));
  await settle();
  known.update([...all('a'), listed('other', 'x')], 1);
  expect(seen).toEqual([[], ['x']]);
});

test('nobody is told after close', async () => {
  const listener = jest.fn();
  known.watch('stock', listener);
  known.close();
  await settle();
  known.update(all('a'), 1);
  expect(listener).not.toHaveBeenCalled();
  expect(ids()).toEqual(['a']);
});
