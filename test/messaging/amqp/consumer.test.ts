import { noopLogger } from '../../../src/core';
import { type Delivery, type Source } from '../../../src/messaging';
import { Consumer } from '../../../src/messaging/amqp/consumer';
import { Declarer } from '../../../src/messaging/amqp/declarer';
import { FakeClock, settle } from '../../support/fake-clock';
import { brokerError, FakeModel, messageOf, type FakeChannel } from './support/fake-amqp';

const source: Source = { kind: 'event', name: 'order.placed', group: 'g', prefetch: 7, ordered: false, delaysMs: [] };

function made() {
  const clock = new FakeClock(10_000);
  const seen: Delivery[] = [];
  const counted = { expired: 0, closed: 0 };
  const context = {
    source,
    queue: 'order.placed.g',
    topology: { queueType: 'quorum' },
    clock,
    log: noopLogger,
    now: () => 'now',
    publish: async () => undefined,
    repair: async () => undefined,
    onExpired: () => (counted.expired += 1),
  } as const;
  const consumer = new Consumer(
    context,
    (delivery) => seen.push(delivery),
    () => (counted.closed += 1),
  );
  const up = async (model = new FakeModel()): Promise<FakeModel> => {
    consumer.up(model.model, new Declarer(model.model, true));
    await settle();
    return model;
  };
  return { clock, seen, counted, consumer, up };
}

const acks = (channel: FakeChannel): unknown => channel.named('ack');

test('declares, takes so many at once, and delivers', async () => {
  const { seen, consumer, up } = made();
  expect(consumer.state).toBe('waiting');
  const model = await up();
  await consumer.ready;
  expect(consumer.state).toBe('taking');
  expect(model.last.asked.map(({ what, args }) => [what, args[0]])).toEqual([
    ['prefetch', 7],
    ['consume', 'order.placed.g'],
  ]);
  model.last.onMessage?.(messageOf());
  seen[0]?.ack();
  await settle();
  expect(acks(model.last)).toEqual([[1, false]]);
});

test('what comes after its time is dropped', async () => {
  const { seen, counted, up } = made();
  const model = await up();
  model.last.onMessage?.(messageOf({ headers: { 'keelson-expires': 9_999 } }));
  model.last.onMessage?.(messageOf({ headers: { 'keelson-expires': 99_999 } }, '{}', { deliveryTag: 2 }));
  await settle();
  expect([seen.length, counted.expired, acks(model.last)]).toEqual([1, 1, [[1, false]]]);
});

test('a lost connection takes all back, and the next one is taken from', async () => {
  const { seen, consumer, up } = made();
  const first = await up();
  first.last.onMessage?.(messageOf());
  consumer.down();
  expect([seen[0]?.lost, consumer.state]).toEqual([true, 'waiting']);
  seen[0]?.ack();
  await settle();
  expect(acks(first.last)).toEqual([]);
  await up();
  expect(consumer.state).toBe('taking');
});

test('after a lost connection messages are taken first, and what was declared is declared again behind that', async () => {
  const { consumer, up } = made();
  await up();
  consumer.down();
  const model = await up();
  expect(consumer.state).toBe('taking');
  const [first, second] = model.channels;
  expect([first?.named('consume').length, second?.named('assertQueue').length]).toEqual([1, 2]);
});

test('a queue that was deleted while there was no connection is declared, and taken from', async () => {
  const { clock, consumer, up } = made();
  await up();
  consumer.down();
  const model = new FakeModel();
  model.prepare = (channel, index) => {
    if (index === 0) channel.refusals.set('consume', brokerError(404, 'gone'));
  };
  await up(model);
  expect(consumer.state).toBe('waiting');
  await clock.advance(100);
  expect(consumer.state).toBe('taking');
  expect(model.channels[1]?.named('assertQueue')).toHaveLength(2);
});

test('what was declared otherwise while there was no connection is told, and not taken from', async () => {
  const { consumer, up } = made();
  await up();
  consumer.down();
  const model = new FakeModel();
  model.prepare = (channel) => channel.refusals.set('assertQueue', brokerError(406, 'other'));
  await up(model);
  expect([consumer.state, model.channels[0]?.closed]).toEqual(['failed', true]);
});

test('what is bound to a queue that was refused is bound again to the one that takes its place', async () => {
  const { clock, consumer, up } = made();
  const model = new FakeModel();
  let queues = 0;
  model.prepare = (channel) => {
    const assert = channel.assertQueue;
    channel.assertQueue = (...args) =>
      (queues += 1) === 2 ? Promise.reject(brokerError(406, 'other')) : assert(...args);
  };
  await up(model);
  await clock.advance(0);
  const bound = (): number => model.channels.reduce((sum, channel) => sum + channel.named('bindQueue').length, 0);
  expect([consumer.state, bound()]).toEqual(['failed', 1]);
  await clock.advance(1_000);
  expect([consumer.state, bound()]).toEqual(['taking', 2]);
});

test.each([
  ['a queue that is deleted', (channel: FakeChannel) => channel.onMessage?.(null)],
  ['a channel that ends', (channel: FakeChannel) => channel.fail(406)],
])('%s: it is declared and taken from again', async (_, fault) => {
  const { clock, consumer, up } = made();
  const model = await up();
  const before = model.channels.length;
  fault(model.last);
  expect(consumer.state).toBe('waiting');
  await clock.advance(100);
  expect(consumer.state).toBe('taking');
  expect(model.channels.length).toBe(before + 1);
  expect(model.channels[0]?.named('assertQueue').length).toBe(4);
});

test('what is refused is tried again later and later', async () => {
  const { clock, consumer, up } = made();
  const model = new FakeModel();
  model.prepare = (channel) => channel.refusals.set('assertQueue', brokerError(406, 'other'));
  await up(model);
  expect([consumer.state, consumer.error?.message]).toEqual([
    'failed',
    'The queue order.placed.g.dlq was declared otherwise before.',
  ]);
  await clock.advance(999);
  const tried = model.channels.length;
  await clock.advance(1);
  const again = model.channels.length;
  expect(again).toBeGreaterThan(tried);
  await clock.advance(1_999);
  expect(model.channels.length).toBe(again);
  consumer.down();
  await clock.advance(60_000);
  expect(model.channels.length).toBe(again);
  await up();
  await clock.advance(0);
  expect([consumer.state, consumer.error]).toEqual(['taking', undefined]);
});

test('a queue that went between declaring and taking', async () => {
  const { clock, consumer, up } = made();
  const model = new FakeModel();
  model.prepare = (channel, index) => {
    if (index === 1) channel.refusals.set('consume', brokerError(404, 'gone'));
  };
  await up(model);
  await clock.advance(100);
  expect(consumer.state).toBe('taking');
});

test('pauses, then hands over its acks and closes', async () => {
  const { seen, counted, consumer, up } = made();
  const model = await up();
  const channel = model.last;
  channel.onMessage?.(messageOf());
  await consumer.pause();
  expect(channel.named('cancel')).toEqual([['tag']]);
  seen[0]?.ack();
  await consumer.close();
  await consumer.close();
  expect([acks(channel), channel.closed, consumer.state, counted.closed]).toEqual([[[1, false]], true, 'closed', 1]);
  expect(seen[0]?.lost).toBe(true);
});

test('closed before it could begin', async () => {
  const { clock, consumer, up } = made();
  await consumer.close();
  await consumer.ready;
  const model = await up();
  expect([model.channels.length, clock.timers]).toEqual([0, 0]);
});

test('a close does not wait for a broker that is dead', async () => {
  const { clock, consumer, up } = made();
  const model = await up();
  model.last.cancel = () => new Promise(() => undefined);
  model.last.close = () => new Promise(() => undefined);
  const closed = consumer.close();
  await clock.advance(4_000);
  await closed;
  expect(consumer.state).toBe('closed');
});
