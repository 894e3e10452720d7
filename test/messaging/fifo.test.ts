import { Fifo } from '../../src/messaging/fifo';

test('the first in is the first out, however many there are', () => {
  const fifo = new Fifo<number>();
  expect([fifo.length, fifo.first, fifo.shift()]).toEqual([0, undefined, undefined]);
  let [put, taken] = [0, 0];
  for (let round = 0; round < 50; round += 1) {
    for (let n = 0; n < 200; n += 1) fifo.push((put += 1));
    for (let n = 0; n < 150; n += 1) expect(fifo.shift()).toBe((taken += 1));
    expect([fifo.length, fifo.first]).toEqual([put - taken, taken + 1]);
  }
  while (taken < put) expect(fifo.shift()).toBe((taken += 1));
  expect([fifo.length, fifo.shift()]).toEqual([0, undefined]);
  fifo.push(7);
  expect([fifo.shift(), fifo.length]).toEqual([7, 0]);
});

test('what is cleared is gone', () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 5; n += 1) fifo.push(n);
  fifo.shift();
  fifo.clear();
  expect([fifo.length, fifo.shift()]).toEqual([0, undefined]);
  fifo.push(9);
  expect(fifo.shift()).toBe(9);
});

test('some go before all others', () => {
  const fifo = new Fifo<string>();
  for (const one of ['x', 'c', 'd']) fifo.push(one);
  fifo.shift();
  fifo.prepend(['a', 'b']);
  fifo.prepend([]);
  expect(fifo.toArray()).toEqual(['a', 'b', 'c', 'd']);
  expect([fifo.shift(), fifo.shift(), fifo.shift(), fifo.shift(), fifo.length]).toEqual(['a', 'b', 'c', 'd', 0]);
});

test('over waves that grow and shrink it has what an array would have', () => {
  const fifo = new Fifo<number>();
  const plain: number[] = [];
  let next = 0;
  for (const [pushes, shifts] of [
    [10, 3],
    [100, 90],
    [5, 20],
    [3_000, 2_100],
    [3, 880],
    [20, 30],
  ] as const) {
    for (let i = 0; i < pushes; i++) {
      fifo.push(next);
      plain.push(next++);
    }
    for (let i = 0; i < shifts; i++) expect(fifo.shift()).toBe(plain.shift());
    expect([fifo.length, fifo.first, fifo.toArray()]).toEqual([plain.length, plain[0], plain]);
  }
});
