import { type Target, type Targets } from '../../src/client/targets';
import { Call } from '../../src/resilience/call';
import { FakeClock } from '../support/fake-clock';

/** Whoever chooses targets may take its time or not, and hears of every end. */
test('targets may be chosen now or later', async () => {
  const ends: unknown[] = [];
  const target: Target = {
    origin: 'http://a:1',
    host: 'a',
    port: 1,
    instance: 'a-1',
    begin: () => ends.push('begun'),
    end: (ms, outcome) => ends.push([ms, outcome]),
  };
  const now: Targets = { pick: () => target };
  const later: Targets = { pick: (_call, tried) => Promise.resolve({ ...target, instance: tried?.join() }) };
  const call = new Call({
    clock: new FakeClock(),
    work: () => Promise.resolve(),
    key: undefined,
    deadline: undefined,
    attempt: 2,
  });
  expect(await now.pick(call, undefined)).toBe(target);
  expect(await later.pick(call, ['x', 'y'])).toMatchObject({ instance: 'x,y' });
  target.begin();
  target.end(3, 'ignored');
  expect(ends).toEqual(['begun', [3, 'ignored']]);
});
