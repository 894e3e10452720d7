import { Delays } from '../../../src/messaging/memory/delays';
import { MemoryQueue } from '../../../src/messaging/memory/queue';
import { Queues } from '../../../src/messaging/memory/queues';
import { FakeClock } from '../../support/fake-clock';
import { command, event } from './parcels';

function make(): Queues {
  const clock = new FakeClock();
  const tools = { clock, delays: new Delays(clock), limits: { length: 1, bytes: 1 }, wake: () => undefined };
  return new Queues((name, ordered) => new MemoryQueue(name, ordered, tools));
}

test('there is a queue for each group of an event, and one for each command', () => {
  const queues = make();
  const billing = queues.declare(event());
  const shipping = queues.declare(event({ group: 'shipping' }));
  const reserve = queues.declare(command());
  expect(queues.declare(event())).toBe(billing);
  expect(queues.all().map(({ name }) => name)).toEqual([
    'order.placed.billing',
    'order.placed.shipping',
    'stock.reserve',
  ]);
  expect(queues.ofEvent('order.placed')).toEqual([billing, shipping]);
  expect(queues.ofCommand('stock.reserve')).toBe(reserve);
  expect(queues.named('order.placed.shipping')).toBe(shipping);
});

test('what is an event is no command, and what is not there is not', () => {
  const queues = make();
  queues.declare(event());
  queues.declare(command());
  expect(queues.ofCommand('order.placed.billing')).toBeUndefined();
  expect(queues.ofEvent('stock.reserve')).toEqual([]);
  expect(queues.named('a.b')).toBeUndefined();
});

test.each([
  [false, 'not ordered'],
  [true, 'ordered'],
])('the order of a queue cannot be changed (ordered: %s)', (ordered, what) => {
  const queues = make();
  queues.declare(event({ ordered }));
  expect(() => queues.declare(event({ ordered: !ordered }))).toThrow(
    `The queue order.placed.billing is ${what}, which cannot be changed: subscribe with another group.`,
  );
});
