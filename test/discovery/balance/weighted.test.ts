import { weighted } from '../../../src/discovery';
import { byHost, pool } from './simulation';

const weights = [5, 1, 1, 0];
const four = pool(4, (i) => ({ weight: weights[i] as number }));

test('in proportion to the weights, spread evenly, and none to weight 0', () => {
  const balancer = weighted({ random: () => 0 });
  const picks = Array.from({ length: 7 }, () => balancer.pick(four)?.host);
  expect(picks).toEqual(['i0', 'i0', 'i1', 'i0', 'i2', 'i0', 'i0']);
  const more = Array.from({ length: 700 }, () => balancer.pick(four) as { host: string });
  expect(byHost(more)).toEqual({ i0: 500, i1: 100, i2: 100 });
});

test('weight 0 gets what it must when there is nothing else', () => {
  const balancer = weighted({ random: () => 0 });
  expect(balancer.pick([four[3] as (typeof four)[number]])?.host).toBe('i3');
});

test('many callers do not all begin with the same instance', () => {
  let turn = 0;
  const firsts = [0.1, 0.9].map((chance) => {
    const balancer = weighted({ random: () => ((turn += 1) % 2 === 0 ? chance : 0.5) });
    return balancer.pick(pool(2))?.host;
  });
  expect(firsts).toEqual(['i0', 'i1']);
});
