import { keyOf, makeInstance, sameInstance, serviceName, updated } from '../../src/discovery/instance';

const at = (host: string, weight = 1): ReturnType<typeof makeInstance> =>
  makeInstance({ service: 'a', host, port: 80, weight });
const [one, two, three] = [at('h1'), at('h2'), at('h3')];

test('gaps are filled, names are lower case, and everything is frozen', () => {
  const made = makeInstance({ service: 'Inventory', host: 'Node-1.Example', port: 8080, zone: '' });
  expect(made).toEqual({
    id: 'node-1.example:8080',
    service: 'inventory',
    host: 'node-1.example',
    port: 8080,
    secure: false,
    weight: 1,
    metadata: {},
  });
  expect(Object.isFrozen(made) && Object.isFrozen(made.metadata)).toBe(true);
  expect(serviceName('Inventory')).toBe('inventory');
});

test('an IPv6 address has brackets in the id only', () => {
  expect(makeInstance({ service: 'a', host: '[2001:DB8::1]', port: 80 })).toMatchObject({
    id: '[2001:db8::1]:80',
    host: '2001:db8::1',
  });
});

test.each([[-1], [NaN], [Infinity], [undefined]])('a weight of %s counts as 1', (weight) => {
  expect(makeInstance({ service: 'a', host: 'h', port: 80, weight }).weight).toBe(1);
  expect(makeInstance({ service: 'a', host: 'h', port: 80, weight: 0 }).weight).toBe(0);
});

test.each([
  ['weight', { weight: 2 }],
  ['zone', { zone: 'b' }],
  ['secure', { secure: true }],
  ['metadata', { metadata: { a: '1' } }],
])('another %s makes it another', (_what, other) => {
  const facts = { service: 'a', host: 'h', port: 80, zone: 'a', metadata: { a: '2' } };
  expect(sameInstance(makeInstance(facts), makeInstance(facts))).toBe(true);
  expect(sameInstance(makeInstance(facts), makeInstance({ ...facts, ...other }))).toBe(false);
});

test('metadata that only the prototype has is not there', () => {
  const facts = { service: 'a', host: 'h', port: 80 };
  const odd = makeInstance({ ...facts, metadata: { constructor: 'x' } });
  expect(sameInstance(odd, makeInstance({ ...facts, metadata: { other: 'x' } }))).toBe(false);
});

const never = (): boolean => false;
const always = (): boolean => true;

test('the same answer in another order changes nothing', () => {
  const known = updated([], [one, two, three], never);
  expect(updated(known, [at('h3'), at('h1'), at('h2')], never)).toBe(known);
});

test('who stays keeps place and object; the new ones follow by id', () => {
  const known = updated([], [two], never);
  const list = updated(known, [three, at('h2'), one], never);
  expect(list.map(({ host }) => host)).toEqual(['h2', 'h1', 'h3']);
  expect(list[0]).toBe(two);
  expect(Object.isFrozen(list)).toBe(true);
  expect(updated(list, [one, three], never).map(({ host }) => host)).toEqual(['h1', 'h3']);
});

test('who has changed keeps its place', () => {
  const known = updated([], [one, two], never);
  const list = updated(known, [at('h1', 5), two], never);
  expect(list.map(({ host, weight }) => [host, weight])).toEqual([
    ['h1', 5],
    ['h2', 1],
  ]);
});

test('who is gone stays where it is kept', () => {
  const known = updated([], [one, two], never);
  expect(updated(known, [], always)).toBe(known);
  expect(updated(known, [three], always).map(({ host }) => host)).toEqual(['h1', 'h2', 'h3']);
});

test('of those that are gone some may stay', () => {
  const known = updated([], [one, two, three], never);
  expect(updated(known, [], ({ host }) => host === 'h2')).toEqual([two]);
});

test('an id is one of its service', () => {
  const other = makeInstance({ service: 'other', host: 'h1', port: 80 });
  expect(other.id).toBe(one.id);
  expect(updated([], [other, one], never)).toEqual([one, other].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
});

test('an id that is there twice counts once', () => {
  expect(updated([], [one, at('h1', 7)], never)).toEqual([at('h1', 7)]);
});
