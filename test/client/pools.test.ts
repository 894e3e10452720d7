import { Pools } from '../../src/client/pools';
import { FakeClock } from '../support/fake-clock';

const options = { connectTimeoutMs: 1_000, connections: 2, keepAliveMs: 4_000 };

test('one pool for each origin, kept while it is used', async () => {
  const clock = new FakeClock();
  const pools = new Pools(options, clock);
  const a = pools.of('http://a.example:1');
  pools.of('http://b.example:1');
  expect(pools.of('http://a.example:1')).toBe(a);
  expect(pools.size).toBe(2);
  for (let minute = 0; minute < 6; minute += 1) {
    await clock.advance(60_000);
    pools.of('http://a.example:1');
  }
  expect(pools.size).toBe(1);
  expect(pools.of('http://a.example:1')).toBe(a);
  await pools.close();
  expect([pools.size, clock.timers]).toEqual([0, 0]);
  expect(a.pool.closed).toBe(true);
});
