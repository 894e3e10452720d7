import { type Channel, type ConsumeMessage } from 'amqplib';
import { takeFast } from '../../../src/messaging/amqp/fast-lane';
import { delivery } from './support/wire';

const heartbeat = Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce]);
const message = (tag: number, channel = 1): Buffer =>
  delivery({
    channel,
    fields: { consumerTag: 't', deliveryTag: tag, redelivered: false, exchange: '', routingKey: 'q' },
    properties: {},
    content: Buffer.from('{}'),
  });

/** What of amqplib's connection is needed: its own reading takes one frame at a time. */
function made(...numbers: number[]) {
  const accept = (): void => undefined;
  const left: number[] = [];
  const connection = {
    rest: Buffer.alloc(0),
    accept,
    recvFrame(): boolean {
      if (connection.rest.length === 0) return false;
      left.push(connection.rest[0] as number);
      connection.rest = connection.rest.subarray(8 + connection.rest.readUInt32BE(3));
      return true;
    },
  };
  const channels = numbers.map((ch) => ({ ch, connection, accept: accept }));
  const taken: (readonly [number, number])[] = [];
  for (const channel of channels) {
    takeFast(channel as unknown as Channel, ({ fields }: ConsumeMessage) => {
      taken.push([channel.ch, fields.deliveryTag]);
    });
  }
  const come = (...bytes: Buffer[]): void => {
    connection.rest = Buffer.concat([connection.rest, ...bytes]);
    while (connection.recvFrame());
  };
  return { connection, channels, taken, left, come };
}

test('deliveries are taken in their order, each by its channel, and all else is left to amqplib', () => {
  const { taken, left, come } = made(1, 2);
  come(message(1), message(7, 2), heartbeat, message(2), message(3));
  expect(taken).toEqual([
    [1, 1],
    [2, 7],
    [1, 2],
    [1, 3],
  ]);
  expect(left).toEqual([8]);
});

test('those of a channel that nobody takes from are left', () => {
  const { taken, left, come } = made(1);
  come(message(1, 5), message(2));
  expect(taken).toEqual([[1, 2]]);
  expect(left).toEqual([1, 2, 3]);
});

test('one that has not come as a whole is left as well, with all its frames', () => {
  const { taken, left, come } = made(1);
  const bytes = message(1);
  const head = 8 + bytes.readUInt32BE(3);
  come(bytes.subarray(0, head));
  come(bytes.subarray(head), message(2));
  expect(left).toEqual([1, 2, 3]);
  expect(taken).toEqual([[1, 2]]);
});

test('a channel that is closing takes no more, and another may have its number then', () => {
  const { channels, taken, left, come } = made(1);
  come(message(1));
  (channels[0] as (typeof channels)[0]).accept = () => undefined;
  come(message(2));
  expect([taken, left]).toEqual([[[1, 1]], [1, 2, 3]]);
});

test('a connection that is closing takes no more', () => {
  const { connection, taken, left, come } = made(1);
  connection.accept = () => undefined;
  come(message(1));
  expect([taken, left]).toEqual([[], [1, 2, 3]]);
});

test('what was handed over is not handed over again when taking it throws', () => {
  const { connection, channels, taken, come } = made(1);
  takeFast(channels[0] as unknown as Channel, ({ fields }) => {
    taken.push([1, fields.deliveryTag]);
    if (fields.deliveryTag === 1) throw new Error('broken');
  });
  expect(() => come(message(1), message(2))).toThrow('broken');
  while (connection.recvFrame());
  expect(taken).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

test('nothing changes where amqplib lacks what is needed', () => {
  const recvFrame = (): void => undefined;
  const cases = [
    {},
    { ch: 1, connection: {} },
    { ch: 1, connection: { rest: Buffer.alloc(0) } },
    { ch: 'x', connection: { rest: Buffer.alloc(0), recvFrame } },
    { ch: 1, connection: { recvFrame } },
  ];
  for (const one of cases) {
    takeFast(one as unknown as Channel, () => undefined);
    if (one.connection !== undefined && 'recvFrame' in one.connection) expect(one.connection.recvFrame).toBe(recvFrame);
  }
  expect.hasAssertions();
});
