import { Lru } from '../../src/resilience/lru';

test('drops what was not used for longest', () => {
  const lru = new Lru<number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  expect(lru.use('a')).toBe(1);
  lru.set('c', 3);
  expect([lru.peek('a'), lru.peek('b'), lru.peek('c')]).toEqual([1, undefined, 3]);
  expect(lru.peek('a')).toBe(1);
  lru.set('d', 4);
  expect(lru.use('a')).toBeUndefined();
});

test('a key that is set again counts once, and as new', () => {
  const lru = new Lru<number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.set('a', 3);
  lru.set('c', 4);
  expect([lru.peek('a'), lru.peek('b'), lru.size]).toEqual([3, undefined, 2]);
});

test('never holds more than it may', () => {
  const lru = new Lru<number>(100);
  for (let i = 0; i < 10_000; i += 1) lru.set(`key ${i}`, i);
  expect(lru.size).toBe(100);
});

test('forgets', () => {
  const lru = new Lru<number>(5);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.delete('a');
  lru.delete('none');
  expect([lru.peek('a'), lru.peek('b')]).toEqual([undefined, 2]);
  lru.clear();
  expect(lru.size).toBe(0);
});
