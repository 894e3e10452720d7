import { roundRobin, sticky, type Instance } from '../../../src/discovery';
import { byHost, pool } from './simulation';

const keys = Array.from({ length: 10_000 }, (_, i) => `user-${i}`);
const spread = (from: readonly Instance[], avoid: string[] = []): Instance[] => {
  const balancer = sticky();
  return keys.map((key) => balancer.pick(from, { key, avoid }) as Instance);
};
const ten = pool(10);

test('a key has its instance, whatever the order of the list and whoever picks', () => {
  expect(spread([...ten].reverse())).toEqual(spread(ten));
});

test('the keys are spread evenly', () => {
  for (const count of Object.values(byHost(spread(ten)))) {
    expect(count).toBeGreaterThan(850);
    expect(count).toBeLessThan(1150);
  }
});

test('when an instance leaves, its keys move and no other, to all that are left', () => {
  const before = spread(ten);
  const after = spread(ten.filter(({ host }) => host !== 'i3'));
  const moved = before.flatMap((one, i) => (one === after[i] ? [] : [{ from: one.host, to: after[i]?.host }]));
  expect(new Set(moved.map(({ from }) => from))).toEqual(new Set(['i3']));
  expect(moved.length / keys.length).toBeLessThan(0.115);
  expect(new Set(moved.map(({ to }) => to)).size).toBe(9);
});

test('when an instance comes, it takes its share from all, and nothing else moves', () => {
  const before = spread(ten);
  const after = spread(pool(11));
  const moved = before.flatMap((one, i) => (one.host === after[i]?.host ? [] : [after[i]?.host]));
  expect(new Set(moved)).toEqual(new Set(['i10']));
  expect(moved.length).toBeLessThan(keys.length / 11 + 150);
});

test('another try goes where the key would go without the first', () => {
  expect(spread(ten, ['i3:80'])).toEqual(spread(ten.filter(({ host }) => host !== 'i3')));
});

test('calls without a key are for the balancer within, which hears of all', () => {
  const within = { ...roundRobin(), begin: jest.fn(), end: jest.fn(), forget: jest.fn() };
  const balancer = sticky({ balancer: within });
  expect(new Set(Array.from({ length: 20 }, () => balancer.pick(ten))).size).toBe(10);
  balancer.begin(ten[0] as Instance);
  balancer.end(ten[0] as Instance, 5, 'success');
  balancer.forget?.(ten[0] as Instance);
  expect([within.begin, within.end, within.forget].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
});
