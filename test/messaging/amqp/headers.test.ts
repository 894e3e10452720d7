import {
  attribute,
  attributeOf,
  copiedHeaders,
  fitted,
  numberOf,
  textOf,
  userHeaders,
} from '../../../src/messaging/amqp/headers';

const hostile = JSON.parse(
  '{"__proto__": "x", "A": "a", "n": 1, "b": true, "o": {"p": 1}, "l": [1], "z": null}',
) as Record<string, unknown>;

test('texts, numbers and booleans come as texts, the rest is left out', () => {
  expect(userHeaders(hostile)).toEqual({ a: 'a', n: '1', b: 'true' });
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('what the broker and keelson add is not the user’s', () => {
  const raw = {
    'x-death': 'a',
    'x-first-death-queue': 'a',
    'x-delivery-count': 1,
    'keelson-attempt': 2,
    cloudEvents_id: 'a',
    'cloudEvents:id': 'a',
  };
  expect(userHeaders({ ...raw, 'x-deathly': 'stays' })).toEqual({ 'x-deathly': 'stays' });
});

test('attributes by either prefix; none is inherited', () => {
  expect(attributeOf({ cloudEvents_id: 'a' }, attribute.id)).toBe('a');
  expect(attributeOf({ 'cloudEvents:id': 5 }, attribute.id)).toBe('5');
  expect(attributeOf({ cloudEvents_id: '' }, attribute.id)).toBeUndefined();
  expect(numberOf({ a: '12' }, 'a')).toBe(12);
  expect(numberOf({ a: 'x' }, 'a')).toBeUndefined();
  expect(numberOf({}, 'constructor')).toBeUndefined();
  expect(textOf(10n)).toBe('10');
});

test('a copy has none of what the broker counts by', () => {
  expect(copiedHeaders({ 'x-death': [], 'x-last-death-queue': 'q', 'x-delivery-count': 1, kept: { a: 1 } })).toEqual({
    kept: { a: 1 },
  });
});

test('the longest are left out until all fit', () => {
  const headers = { long: 'x'.repeat(500), longer: { inner: 'x'.repeat(900) }, bytes: Buffer.alloc(700), short: 'y' };
  expect(Object.keys(fitted(headers, 1_300))).toEqual(['long', 'bytes', 'short']);
  expect(fitted(headers, 100)).toEqual({ short: 'y' });
  expect(fitted(headers, 10_000)).toEqual(headers);
});
