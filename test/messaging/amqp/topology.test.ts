import { delayedEventsOf, delayedExchange, delayStep, topologyOf } from '../../../src/messaging/amqp/topology';

const event = {
  kind: 'event',
  name: 'order.placed',
  group: 'billing',
  prefetch: 1,
  ordered: false,
  delaysMs: [1_000],
} as const;
const letters = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };

test('what a group needs, in an order in which it can be declared', () => {
  expect(topologyOf([event], { queueType: 'quorum' })).toEqual([
    { kind: 'exchange', name: 'order', type: 'topic' },
    { kind: 'queue', name: 'order.placed.billing.dlq', arguments: { 'x-queue-type': 'classic' }, shared: false },
    {
      kind: 'queue',
      name: 'order.placed.billing',
      arguments: {
        'x-queue-type': 'quorum',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'order.placed.billing.dlq',
        ...letters,
      },
      shared: false,
    },
    { kind: 'binding', queue: 'order.placed.billing', exchange: 'order', routingKey: 'order.placed' },
    { kind: 'exchange', name: 'keelson.delay.1000', type: 'fanout' },
    {
      kind: 'queue',
      name: 'keelson.delay.1000',
      arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-message-ttl': 1_000, ...letters },
      shared: true,
    },
    { kind: 'binding', queue: 'keelson.delay.1000', exchange: 'keelson.delay.1000', routingKey: '' },
  ]);
});

test('classic queues dead-letter at most once: the broker has no other way', () => {
  const [, , queue] = topologyOf([{ ...event, ordered: true }], { queueType: 'classic' });
  expect(queue).toMatchObject({ arguments: { 'x-queue-type': 'classic', 'x-single-active-consumer': true } });
  expect(queue).not.toHaveProperty(['arguments', 'x-overflow']);
});

test('each thing once', () => {
  const many = [
    event,
    { ...event, group: 'shipping' },
    { kind: 'command', name: 'stock.reserve', prefetch: 1 } as const,
  ];
  const all = topologyOf(many, { queueType: 'quorum' });
  expect(all.filter((one) => one.kind === 'exchange').map(({ name }) => name)).toEqual([
    'order',
    'keelson.delay.1000',
    'keelson.commands',
  ]);
  expect(all.at(-2)).toEqual({
    kind: 'queue',
    name: 'stock.reserve',
    arguments: { 'x-queue-type': 'quorum' },
    shared: false,
  });
});

test('delays are rounded up to two digits', () => {
  expect([0, 1, 99, 100, 101, 1_000, 1_234, 59_999, 120_000].map(delayStep)).toEqual([
    1, 1, 99, 100, 110, 1_000, 1_300, 60_000, 120_000,
  ]);
});

test('delayed events wait in a queue of their domain', () => {
  expect(delayedExchange('order.placed', 1_201)).toBe('keelson.delay.1300.order');
  expect(delayedEventsOf('order.placed', 1_201, { queueType: 'quorum' })[2]).toMatchObject({
    name: 'keelson.delay.1300.order',
    arguments: { 'x-dead-letter-exchange': 'order', 'x-message-ttl': 1_300 },
  });
});
