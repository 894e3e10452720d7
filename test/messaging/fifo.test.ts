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
