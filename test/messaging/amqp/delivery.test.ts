import { KeelsonError } from '../../../src/core';
import { type Source } from '../../../src/messaging';
import { Acks } from '../../../src/messaging/amqp/acks';
import { AmqpDelivery, type Hand } from '../../../src/messaging/amqp/delivery';
import { writerOf } from '../../../src/messaging/amqp/writer';
import { decodeEnvelope } from '../../../src/messaging/amqp/envelope-codec';
import { type Outgoing } from '../../../src/messaging/amqp/publication';
import { asChannel, FakeChannel, messageOf } from './support/fake-amqp';

const event: Source = { kind: 'event', name: 'order.placed', group: 'g', prefetch: 1, ordered: false, delaysMs: [] };
const note = { reason: 'failed', code: 'E', message: 'm', stack: undefined, attempts: 1 } as const;

function made(properties: object = {}, fields: object = {}, queueType: 'quorum' | 'classic' = 'quorum') {
  const channel = new FakeChannel();
  const acked: number[] = [];
  const writer = writerOf(asChannel(channel), () => undefined);
  const acks = new Acks({ ack: (tag) => acked.push(tag), flush: () => undefined });
  acks.delivered(1);
  const hand: Hand = { channel: asChannel(channel), writer, acks, lost: false };
  const sent: Outgoing[] = [];
  const errors: Error[] = [];
  const repaired: unknown[] = [];
  const context = {
    source: event,
    queue: 'order.placed.g',
    topology: { queueType },
    now: () => 'now',
    publish: async (outgoing: Outgoing) => {
      sent.push(outgoing);
      const error = errors.shift();
      if (error !== undefined) throw error;
    },
    repair: async (declarations: unknown) => void repaired.push(declarations),
  };
  const message = messageOf(properties, '{"a":1}', fields);
  return {
    channel,
    acked,
    hand,
    sent,
    errors,
    repaired,
    delivery: new AmqpDelivery(
      message,
      decodeEnvelope(message, () => 'now'),
      hand,
      context,
    ),
  };
}

test('counts what a quorum queue counts', () => {
  expect(made({}).delivery.redeliveries).toBe(0);
  expect(made({ headers: { 'x-delivery-count': 3 } }).delivery.redeliveries).toBe(3);
  expect(made({}, {}, 'classic').delivery.redeliveries).toBeUndefined();
});

test('is acked once, and not when it is lost', () => {
  const { acked, hand, delivery } = made();
  delivery.ack();
  delivery.ack();
  hand.acks.flush();
  expect(acked).toEqual([1]);
  const other = made();
  other.hand.lost = true;
  other.delivery.ack();
  other.hand.acks.flush();
  expect([other.acked, other.delivery.lost]).toEqual([[], true]);
});

test('a copy for later goes by the delay queue, one for now to its own queue', async () => {
  const { sent, delivery } = made({
    headers: { kept: 1, 'x-death': [] },
    userId: 'u',
    expiration: '5',
    messageId: 'm',
    appId: 'a',
  });
  await delivery.postpone(1_234, 2);
  await delivery.postpone(0, 3);
  expect(sent[0]).toMatchObject({ exchange: 'keelson.delay.1300', routingKey: 'order.placed.g', urgent: true });
  expect(sent[0]?.declarations).toHaveLength(3);
  expect(sent[0]?.properties).toEqual({
    appId: 'a',
    messageId: 'm',
    type: 'order.placed',
    persistent: true,
    mandatory: true,
    headers: { kept: 1, 'keelson-attempt': 2 },
  });
  expect(sent[1]).toMatchObject({ exchange: '', routingKey: 'order.placed.g', declarations: [] });
});

test('a dead letter says where its event came from, also after it was postponed', async () => {
  for (const fields of [{}, { exchange: '', routingKey: 'order.placed.g' }]) {
    const { sent, delivery } = made({}, fields);
    await delivery.bury(note);
    expect(sent[0]).toMatchObject({ exchange: '', routingKey: 'order.placed.g.dlq' });
    expect(sent[0]?.properties.headers).toMatchObject({
      'x-original-exchange': 'order',
      'x-original-routingKey': 'order.placed',
    });
  }
});

const failure = (code: string): Error => new KeelsonError(code, 'no', { retryable: false });

test('a queue that was deleted is declared again', async () => {
  const { sent, errors, repaired, delivery } = made();
  errors.push(failure('PUBLISH_UNROUTABLE'));
  await delivery.bury(note);
  expect([sent.length, repaired.length]).toEqual([2, 1]);
});

test('headers that cannot be written again are left out', async () => {
  const { sent, errors, repaired, delivery } = made({ headers: { strange: { deep: 1 }, text: 'a' } });
  errors.push(failure('PAYLOAD_INVALID'));
  await delivery.bury(note);
  expect(repaired).toHaveLength(0);
  expect(sent[1]?.properties.headers).toMatchObject({ text: 'a', 'keelson-dead-reason': 'failed' });
  expect(sent[1]?.properties.headers).not.toHaveProperty('strange');
});

test('another failure is told', async () => {
  const { errors, delivery } = made();
  errors.push(failure('TIMEOUT'));
  await expect(delivery.postpone(10, 2)).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a reply goes to who asked, and nowhere if nobody did', () => {
  const { channel, delivery } = made({ replyTo: 'amq.gen-1', correlationId: 'c' });
  delivery.reply({ ok: false, body: Buffer.from('no') });
  expect(channel.named('publish')[0]).toEqual([
    '',
    'amq.gen-1',
    Buffer.from('no'),
    { contentType: 'application/problem+json', correlationId: 'c' },
  ]);
  const other = made({});
  other.delivery.reply({ ok: true, body: Buffer.from('yes') });
  expect(other.channel.asked).toEqual([]);
  const closed = made({ replyTo: 'r' });
  closed.channel.unwritable = new Error('closed');
  closed.delivery.reply({ ok: true, body: Buffer.from('yes') });
});
