import { roundRobin } from '../../../src/discovery';
import { pool } from './simulation';

test('one after the other', () => {
  const balancer = roundRobin({ random: () => 0 });
  const three = pool(3);
  expect(Array.from({ length: 6 }, () => balancer.pick(three)?.host)).toEqual(['i1', 'i2', 'i0', 'i1', 'i2', 'i0']);
});

test('many callers do not all begin with the same instance', () => {
  const firsts = [0, 0.000_001, 0.000_002].map((chance) => roundRobin({ random: () => chance }).pick(pool(3))?.host);
  expect(new Set(firsts).size).toBe(3);
});
