import { Fifo } from '../../../src/messaging/amqp/fifo';

test('first in, first out, through many', () => {
  const fifo = new Fifo<number>();
  const out: (number | undefined)[] = [];
  for (let i = 0; i < 5_000; i++) {
    fifo.push(i);
    if (i % 2 === 1) out.push(fifo.shift());
  }
  expect(fifo.length).toBe(2_500);
  while (fifo.length > 0) out.push(fifo.shift());
  expect(out).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  expect(fifo.shift()).toBeUndefined();
});

test('some go before all others', () => {
  const fifo = new Fifo<string>();
  for (const one of ['x', 'c', 'd']) fifo.push(one);
  fifo.shift();
  fifo.prepend(['a', 'b']);
  fifo.prepend([]);
  expect([fifo.shift(), fifo.shift(), fifo.shift(), fifo.shift(), fifo.length]).toEqual(['a', 'b', 'c', 'd', 0]);
});
