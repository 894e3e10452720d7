import { Ring } from '../../../src/messaging/memory/ring';

test('what goes in first comes out first, over many turns and sizes', () => {
  const ring = new Ring<number>();
  const plain: number[] = [];
  let next = 0;
  // Waves that grow and shrink, so that it goes round at every size.
  for (const [pushes, shifts] of [
    [10, 3],
    [100, 90],
    [5, 20],
    [1000, 100],
    [3, 880],
    [20, 30],
    [7, 7],
  ] as const) {
    for (let i = 0; i < pushes; i++) {
      ring.push(next);
      plain.push(next++);
    }
    for (let i = 0; i < shifts; i++) expect(ring.shift()).toBe(plain.shift());
    expect(ring.length).toBe(plain.length);
    expect(ring.peek()).toBe(plain[0]);
    expect(ring.toArray()).toEqual(plain);
  }
});

test('an empty one gives nothing, and stays of use', () => {
  const ring = new Ring<string>();
  expect([ring.peek(), ring.shift(), ring.length]).toEqual([undefined, undefined, 0]);
  ring.push('a');
  expect([ring.shift(), ring.shift(), ring.length]).toEqual(['a', undefined, 0]);
  ring.push('b');
  expect(ring.peek()).toBe('b');
});

test('a long one is taken from as fast as a short one', () => {
  const ring = new Ring<number>();
  for (let i = 0; i < 300_000; i++) ring.push(i);
  let sum = 0;
  // With an array's shift this would take minutes.
  for (let i = 0; i < 300_000; i++) sum += ring.shift() as number;
  expect(sum).toBe((300_000 * 299_999) / 2);
});
