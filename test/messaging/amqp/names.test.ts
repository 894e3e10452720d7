import {
  commandExchange,
  commandQueue,
  deadLetterQueue,
  delayQueue,
  eventExchange,
  eventQueue,
} from '../../../src/messaging/amqp';

test('names are those an operator reads in the guide', () => {
  expect(eventExchange('order.line.added')).toBe('order');
  expect(eventQueue('order.placed', 'billing')).toBe('order.placed.billing');
  expect(deadLetterQueue('order.placed.billing')).toBe('order.placed.billing.dlq');
  expect([commandExchange, commandQueue('stock.reserve')]).toEqual(['keelson.commands', 'stock.reserve']);
  expect(delayQueue(5_000)).toBe('keelson.delay.5000');
});
