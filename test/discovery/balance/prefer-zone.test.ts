import { preferZone, roundRobin } from '../../../src/discovery';
import { pool } from './simulation';

const zones = ['near', 'near', 'far', 'far'];
const four = pool(4, (i) => ({ zone: zones[i] as string }));
const hostsOf = (zone: string | undefined, atLeast?: number, from = four, avoid: string[] = []): string[] => {
  const balancer = preferZone({ zone, balancer: roundRobin(), ...(atLeast !== undefined && { atLeast }) });
  const picked = Array.from({ length: 20 }, () => balancer.pick(from, { avoid })?.host as string);
  return [...new Set(picked)].sort();
};

test('instances of the zone, and all where it has none', () => {
  expect(hostsOf('near')).toEqual(['i0', 'i1']);
  expect(hostsOf('elsewhere')).toEqual(['i0', 'i1', 'i2', 'i3']);
  expect(hostsOf(undefined)).toEqual(['i0', 'i1', 'i2', 'i3']);
});

test('no zone is not the zone of those that name none', () => {
  const some = [...pool(2), ...four.slice(2)];
  expect(hostsOf(undefined, 1, some)).toHaveLength(4);
});

test('too few in the zone are not flooded', () => {
  expect(hostsOf('near', 2)).toEqual(['i0', 'i1']);
  expect(hostsOf('near', 3)).toEqual(['i0', 'i1', 'i2', 'i3']);
});

test('another try leaves the zone only if it must', () => {
  expect(hostsOf('near', 1, four, ['i0:80'])).toEqual(['i1']);
  expect(hostsOf('near', 1, four, ['i0:80', 'i1:80'])).toEqual(['i2', 'i3']);
});

test('a list that changes is looked at anew', () => {
  const balancer = preferZone({ zone: 'near', balancer: roundRobin() });
  expect(['i0', 'i1']).toContain(balancer.pick(four)?.host);
  expect(['i2', 'i3']).toContain(balancer.pick(four.slice(2))?.host);
});

test('the balancer within is told of what became of its picks', () => {
  const within = { pick: jest.fn(), begin: jest.fn(), end: jest.fn(), forget: jest.fn() };
  const balancer = preferZone({ zone: 'near', balancer: within });
  const [one] = four as [(typeof four)[number]];
  balancer.begin(one);
  balancer.end(one, 5, 'failure');
  balancer.forget?.(one);
  expect(within.forget.mock.calls).toEqual([[one]]);
  expect([within.begin.mock.calls, within.end.mock.calls]).toEqual([[[one]], [[one, 5, 'failure']]]);
});

test('a number that cannot be is refused', () => {
  expect(() => preferZone({ zone: 'a', atLeast: 0 })).toThrow(
    'preferZone: atLeast must be a number from 1 to 1000, not 0',
  );
});
