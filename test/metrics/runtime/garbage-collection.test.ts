import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GarbageCollection } from '../../../src/metrics/runtime/garbage-collection';
import { type FamilyStore } from '../../../src/metrics/store';
import { settle } from '../../support/fake-clock';
import { newStore } from '../fixtures';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc'); // the process goes on with other test files

async function majors(store: FamilyStore): Promise<number> {
  for (let turn = 0; turn < 20; turn++) await settle();
  const histogram = store.histogram({ name: 'v8js_gc_duration_seconds', help: 'h', labels: ['v8js_gc_type'] });
  return histogram.labels({ v8js_gc_type: 'major' }).counts.reduce((sum, count) => sum + count, 0);
}

test('counts collections between start and stop, for each of two on its own', async () => {
  const one = newStore(undefined, 10).store;
  const two = newStore(undefined, 10).store;
  const first = new GarbageCollection(one);
  const second = new GarbageCollection(two);
  collectGarbage();
  expect(await majors(one)).toBe(0);

  first.start();
  first.start();
  second.start();
  collectGarbage();
  const seen = await majors(one);
  expect(seen).toBeGreaterThanOrEqual(1);

  first.stop();
  first.stop();
  collectGarbage();
  collectGarbage();
  expect(await majors(one)).toBe(seen);
  expect(await majors(two)).toBeGreaterThanOrEqual(seen + 2);
  second.stop();
});
