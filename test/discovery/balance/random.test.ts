import { random } from '../../../src/discovery';
import { byHost, pool, seeded } from './simulation';

test('each instance is as likely as the others', () => {
  const balancer = random({ random: seeded() });
  const picks = Array.from({ length: 30_000 }, () => balancer.pick(pool(3)) as { host: string });
  for (const count of Object.values(byHost(picks))) expect(count).toBeGreaterThan(9700);
});

test('chance that is all but 1 is still within the list', () => {
  expect(random({ random: () => 0.999_999_999 }).pick(pool(3))?.host).toBe('i2');
});
