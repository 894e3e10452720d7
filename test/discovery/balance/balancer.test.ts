import { learnsNothing, preferred } from '../../../src/discovery/balance/balancer';
import {
  leastLoaded,
  outlierEjection,
  preferZone,
  random,
  roundRobin,
  sticky,
  weighted,
  type Balancer,
} from '../../../src/discovery';
import { pool } from './simulation';

const all: [string, () => Balancer][] = [
  ['leastLoaded', leastLoaded],
  ['roundRobin', roundRobin],
  ['random', random],
  ['weighted', weighted],
  ['preferZone', () => preferZone({ zone: 'a' })],
  ['sticky', sticky],
  ['outlierEjection', outlierEjection],
];

describe.each(all)('%s', (_name, make) => {
  const balancer = make();
  const three = pool(3);

  test('gives nothing for nothing, the only one there is, and else one of them', () => {
    expect(balancer.pick([])).toBeUndefined();
    expect(balancer.pick([], { key: 'k', avoid: ['i0:80'] })).toBeUndefined();
    const [only] = pool(1);
    expect(balancer.pick([only as NonNullable<typeof only>])).toBe(only);
    for (let i = 0; i < 50; i++) expect(three).toContain(balancer.pick(three, { key: `k${i}` }));
  });

  test('takes one to avoid only if there is no other', () => {
    const avoid = ['i0:80', 'i2:80'];
    for (let i = 0; i < 50; i++) expect(balancer.pick(three, { key: `k${i}`, avoid })).toBe(three[1]);
    expect(three).toContain(balancer.pick(three, { key: 'k', avoid: [...avoid, 'i1:80'] }));
  });

  test('weights of 0 do not stop it', () => {
    const none = pool(3, () => ({ weight: 0 }));
    for (let i = 0; i < 10; i++) expect(none).toContain(balancer.pick(none));
  });

  test('an end that was never begun does no harm', () => {
    balancer.end(three[0] as (typeof three)[number], 5, 'success');
    balancer.end(three[0] as (typeof three)[number], NaN, 'ignored');
    expect(three).toContain(balancer.pick(three));
  });

  test('frozen candidates stay as they are', () => {
    const frozen = Object.freeze(pool(4));
    expect(frozen).toContain(balancer.pick(frozen, { avoid: ['i0:80'] }));
  });
});

test('without anything to avoid, the list is not copied', () => {
  const three = pool(3);
  expect(preferred(three, undefined)).toBe(three);
  expect(preferred(three, { avoid: [] })).toBe(three);
  expect(preferred(three, { avoid: ['i0:80', 'i1:80', 'i2:80'] })).toBe(three);
  expect(learnsNothing.begin()).toBeUndefined();
});
