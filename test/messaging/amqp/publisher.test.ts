import { Declarer } from '../../../src/messaging/amqp/declarer';
import { Publisher } from '../../../src/messaging/amqp/publisher';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeModel, messageOf, type FakeChannel } from './support/fake-amqp';
import { ended, outgoingOf } from './support/outgoing';

function made(options: { maxOutstanding?: number; maxBuffered?: number } = {}) {
  const clock = new FakeClock(0);
  const counted = { returned: 0, nacked: 0 };
  const publisher = new Publisher({
    clock,
    maxOutstanding: 10,
    maxBuffered: 100_000,
    onReturned: () => (counted.returned += 1),
    onNacked: () => (counted.nacked += 1),
    ...options,
  });
  const model = new FakeModel();
  const up = async (on = model): Promise<FakeChannel> => {
    publisher.up(on.model, new Declarer(on.model, true));
    await settle();
    return on.last;
  };
  return { clock, counted, publisher, model, up };
}

const ids = (channel: FakeChannel): unknown[] =>
  channel.named('publish').map((args) => (args[3] as { messageId: string }).messageId);
const confirm = (channel: FakeChannel, deliveryTag: number, multiple = false): boolean =>
  channel.emit('ack', { deliveryTag, multiple });

test('resolves with its confirm', async () => {
  const { publisher, up } = made();
  const end = ended(publisher.publish(outgoingOf('a')));
  const channel = await up();
  expect([ids(channel), publisher.outstanding, publisher.unconfirmed]).toEqual([['a'], 1, 1]);
  confirm(channel, 1);
  expect(await end).toBe('resolved');
  expect([publisher.outstanding, publisher.bytes]).toEqual([0, 0]);
});

test('what comes back is rejected with its confirm, the oldest of an id first', async () => {
  const { publisher, up, counted } = made();
  const channel = await up();
  const both = [ended(publisher.publish(outgoingOf('a'))), ended(publisher.publish(outgoingOf('a')))];
  await settle();
  channel.emit('return', messageOf({ messageId: 'a' }, '', { exchange: '', routingKey: 'queue' }));
  confirm(channel, 2, true);
  expect(await Promise.all(both)).toEqual(['PUBLISH_UNROUTABLE', 'resolved']);
  expect(counted.returned).toBe(1);
});

test('a nack', async () => {
  const { publisher, up, counted } = made();
  const channel = await up();
  const end = ended(publisher.publish(outgoingOf('a')));
  await settle();
  channel.emit('nack', { deliveryTag: 1, multiple: false });
  expect(await end).toBe('PUBLISH_NACKED');
  expect(counted.nacked).toBe(1);
});

test('the window slides; what does not fit behind it is refused', async () => {
  const { publisher, up } = made({ maxBuffered: 12_500 });
  const channel = await up();
  const all = Array.from({ length: 13 }, (_, i) => ended(publisher.publish(outgoingOf(String(i)))));
  await settle();
  expect(ids(channel)).toHaveLength(9);
  expect(await all[12]).toBe('PUBLISH_BUFFER_FULL');
  const urgent = ended(publisher.publish(outgoingOf('copy', { urgent: true })));
  await settle();
  expect(ids(channel).at(-1)).toBe('copy');
  confirm(channel, 10, true);
  await settle();
  expect(await urgent).toBe('resolved');
  expect(ids(channel)).toHaveLength(13);
});

test('what was not confirmed is written again on the next connection, before what waits', async () => {
  const { publisher, up } = made();
  const first = await up();
  const all = Array.from({ length: 12 }, (_, i) => ended(publisher.publish(outgoingOf(String(i)))));
  await settle();
  confirm(first, 1);
  publisher.down(new Error('lost'));
  confirm(first, 2);
  const second = await up(new FakeModel());
  expect(ids(second).slice(0, 8)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  confirm(second, 9, true);
  await settle();
  confirm(second, 11, true);
  expect(new Set(await Promise.all(all))).toEqual(new Set(['resolved']));
});

test('nothing is written while the broker is blocked', async () => {
  const { clock, publisher, up } = made();
  const channel = await up();
  publisher.blocked(true);
  const end = ended(publisher.publish(outgoingOf('a', { timeoutMs: 100 })));
  const other = ended(publisher.publish(outgoingOf('b')));
  await clock.advance(100);
  expect(await end).toBe('TIMEOUT');
  expect(ids(channel)).toEqual([]);
  publisher.blocked(false);
  await settle();
  confirm(channel, 1);
  expect([ids(channel), await other]).toEqual([['b'], 'resolved']);
});

test('a missing exchange costs the channel, not what was on it', async () => {
  const { publisher, model, up } = made();
  const channel = await up();
  const end = ended(publisher.publish(outgoingOf('a')));
  await settle();
  channel.fail(404, "NOT_FOUND - no exchange 'order' in vhost '/'");
  await settle();
  expect(model.last).not.toBe(channel);
  expect(ids(model.last)).toEqual(['a']);
  confirm(model.last, 1);
  expect(await end).toBe('resolved');
});

test('a message that the broker ends the channel for is found', async () => {
  const { publisher, model, up } = made();
  await up();
  const all = ['a', 'bad', 'c'].map((id) => ended(publisher.publish(outgoingOf(id))));
  await settle();
  for (let i = 0; i < 20 && publisher.outstanding > 0; i++) {
    const channel = model.last;
    if (ids(channel).includes('bad')) channel.fail(406);
    else if (ids(channel).length > 0) confirm(channel, ids(channel).length, true);
    await settle();
  }
  expect(await Promise.all(all)).toEqual(['resolved', 'PUBLISH_NACKED', 'resolved']);
});

test('what cannot be written is told, and what is written once is not written again', async () => {
  const { publisher, up } = made();
  const channel = await up();
  channel.unwritable = new RangeError('too long');
  expect(await ended(publisher.publish(outgoingOf('a')))).toBe('PAYLOAD_INVALID');
  channel.unwritable = undefined;
  expect(await ended(publisher.publish(outgoingOf('b', { prepare: () => false })))).toBe('CONNECTION_FAILED');
  const once = ended(publisher.publish(outgoingOf('c', { prepare: () => true })));
  await settle();
  publisher.down(new Error('lost'));
  expect(await once).toBe('CONNECTION_FAILED unknown');
});

test('a channel that ended before amqplib told of it', async () => {
  const { publisher, model, up } = made();
  const channel = await up();
  channel.unwritable = Object.assign(new Error('Channel closed'), { name: 'IllegalOperationError' });
  const end = ended(publisher.publish(outgoingOf('a')));
  await settle();
  channel.emit('close');
  await settle();
  confirm(model.last, 1);
  expect(await end).toBe('resolved');
});

test('a channel that cannot be had is asked for again', async () => {
  const { clock, publisher, model } = made();
  model.unable = new Error('No channels left');
  publisher.up(model.model, new Declarer(model.model, true));
  await settle();
  model.unable = undefined;
  await clock.advance(1_000);
  expect(model.channels).toHaveLength(1);
  publisher.stop();
});

test('stops: copies go on until the end, then all is told', async () => {
  const { clock, publisher } = made();
  const waiting = ended(publisher.publish(outgoingOf('a')));
  const given = new AbortController();
  const drained = publisher.drain(given.signal);
  expect(await ended(publisher.publish(outgoingOf('b')))).toBe('STOPPED');
  const copy = ended(publisher.publish(outgoingOf('c', { urgent: true })));
  given.abort();
  await drained;
  publisher.stop();
  expect([await waiting, await copy]).toEqual(['STOPPED', 'STOPPED']);
  expect(await ended(publisher.publish(outgoingOf('d', { urgent: true })))).toBe('STOPPED');
  expect(clock.timers).toBe(0);
});

test('an aborted signal', async () => {
  expect(await ended(made().publisher.publish(outgoingOf('a', { signal: AbortSignal.abort() })))).toBe('ABORTED');
});
