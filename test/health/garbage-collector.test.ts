import { runInNewContext } from 'node:vm';
import { garbageCollector } from '../../src/health/garbage-collector';

test('frees what nobody uses, each time that it is called, and leaves the flag as it was', async () => {
  const collect = garbageCollector();
  for (let i = 0; i < 2; i++) {
    const gone = new WeakRef({ i });
    // A reference that was just made is kept until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(gone.deref()).toBeUndefined();
  }
  expect(runInNewContext('typeof gc')).toBe('undefined');
});

test('is that of the process where it is shown', () => {
  let calls = 0;
  Object.assign(globalThis, { gc: () => (calls += 1) });
  garbageCollector()();
  Reflect.deleteProperty(globalThis, 'gc');
  expect(calls).toBe(1);
});
