import { declareOne, isDeclaredOtherwise, refusalOf } from '../../../src/messaging/amqp/declare';
import { asChannel, brokerError, FakeChannel } from './support/fake-amqp';

const exchange = { kind: 'exchange', name: 'order', type: 'topic' } as const;
const queue = { kind: 'queue', name: 'q', arguments: { 'x-queue-type': 'quorum' }, shared: false } as const;
const binding = { kind: 'binding', queue: 'q', exchange: 'order', routingKey: 'order.placed' } as const;

test('declares, or only looks', async () => {
  for (const declare of [true, false]) {
    const channel = new FakeChannel();
    for (const one of [exchange, queue, binding]) await declareOne(asChannel(channel), one, declare);
    expect(channel.asked.map(({ what }) => what)).toEqual(
      declare ? ['assertExchange', 'assertQueue', 'bindQueue'] : ['checkExchange', 'checkQueue'],
    );
  }
});

const inequivalent = (argument: string, now: string, before: string): Error =>
  brokerError(
    406,
    `PRECONDITION_FAILED - inequivalent arg '${argument}' for queue 'q' in vhost '/': received ${now} but current is ${before}`,
  );

test('says what differs', () => {
  const sac = 'x-single-active-consumer';
  const on = "the value 'true' of type 'bool'";
  expect(refusalOf(queue, inequivalent(sac, on, 'none'))?.message).toContain(
    'without a single active consumer, so ordered was changed',
  );
  expect(refusalOf(queue, inequivalent(sac, 'none', on))?.message).toContain(
    'otherwise before: with a single active consumer',
  );
  expect(refusalOf(queue, inequivalent('x-queue-type', "'quorum'", "'classic'"))?.message).toContain(
    "its x-queue-type is 'classic', not 'quorum'",
  );
  expect(refusalOf(queue, brokerError(406, 'something else'))?.message).toBe(
    'The queue q was declared otherwise before.',
  );
});

test('says what is refused', () => {
  expect(refusalOf(binding, brokerError(403, 'no'))?.message).toBe(
    'The binding of q to order may not be used or declared by this user.',
  );
  expect(refusalOf(exchange, brokerError(404, 'no'))?.message).toBe('The exchange order does not exist.');
  expect(refusalOf(queue, brokerError(405, 'no'))?.code).toBe('CONFIG_INVALID');
  expect(refusalOf(queue, new Error('lost'))).toBeUndefined();
  expect(refusalOf(queue, brokerError(541, 'no'))).toBeUndefined();
  expect([isDeclaredOtherwise(brokerError(406, '')), isDeclaredOtherwise(undefined)]).toEqual([true, false]);
});
