import { holdRule, makeInstance } from '../../src/discovery';
import { KnownService } from '../../src/discovery/known-service';

const hosts = (count: number): ReturnType<typeof makeInstance>[] =>
  Array.from({ length: count }, (_, i) => makeInstance({ service: 'a', host: `h${i}`, port: 80 }));

test('the list stays the same object while nothing changes; the time of the confirmation moves', () => {
  const known = new KnownService('a', 0);
  expect(known.take(hosts(2), 1000, holdRule)).toEqual({ changed: true, news: 'believed' });
  const before = known.snapshot;
  expect(known.take(hosts(2), 2000, holdRule)).toEqual({ changed: false, news: 'believed' });
  expect(known.snapshot.instances).toBe(before.instances);
  expect([before.confirmedAt, known.snapshot.confirmedAt]).toEqual([1000, 2000]);
  expect(Object.isFrozen(known.snapshot)).toBe(true);
});

test('an empty answer is doubted for 90 s: the list stays, and grows older', () => {
  const known = new KnownService('a', 0);
  known.take(hosts(10), 0, holdRule);
  const news = [30, 60, 90, 119].map((s) => known.take([], s * 1000, holdRule).news);
  expect(news).toEqual(['doubted first', 'doubted', 'doubted', 'doubted']);
  expect(known.snapshot.instances).toHaveLength(10);
  expect([known.doubted, known.ageMs(119_000)]).toEqual([true, 119_000]);
  expect(known.take([], 120_000, holdRule)).toEqual({ changed: true, news: 'resigned' });
  expect(known.snapshot).toEqual({ instances: [], confirmedAt: 120_000 });
});

test('who is new is believed while those who are gone are held', () => {
  const known = new KnownService('a', 0);
  known.take(hosts(10), 0, holdRule);
  const fresh = makeInstance({ service: 'a', host: 'fresh', port: 80 });
  expect(known.take([fresh], 30_000, holdRule)).toEqual({ changed: true, news: 'doubted first' });
  expect(known.snapshot.instances).toHaveLength(11);
});

test('an answer that is good again ends the doubt', () => {
  const known = new KnownService('a', 0);
  known.take(hosts(10), 0, holdRule);
  known.take([], 30_000, holdRule);
  expect(known.take(hosts(5), 60_000, holdRule)).toEqual({ changed: true, news: 'believed' });
  expect([known.doubted, known.snapshot.instances.length]).toEqual([false, 5]);
});

test('without a rule everything is believed', () => {
  const known = new KnownService('a', 0);
  known.take(hosts(10), 0, undefined);
  expect(known.take([], 1, undefined)).toEqual({ changed: true, news: 'believed' });
});

test('before the first answer its age is how long it is waited for', () => {
  expect(new KnownService('a', 500).ageMs(2500)).toBe(2000);
});
