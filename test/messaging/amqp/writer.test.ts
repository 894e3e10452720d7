import { EventEmitter } from 'node:events';
import { type ConfirmChannel } from 'amqplib';
import { amqplibWriter, StreamWriter, writerOf } from '../../../src/messaging/amqp/writer';
import { asConfirm, FakeChannel } from './support/fake-amqp';

class FakeStream extends EventEmitter {
  readonly written: Buffer[] = [];
  accepts = true;
  write = (bytes: Buffer): boolean => {
    this.written.push(Buffer.from(bytes));
    return this.accepts;
  };
  get bytes(): Buffer {
    return Buffer.concat(this.written);
  }
}

const nothing = (): void => undefined;

function channelOn(stream: unknown): ConfirmChannel {
  return Object.assign(new FakeChannel(), {
    ch: 1,
    connection: { stream, frameMax: 131_072 },
  }) as unknown as ConfirmChannel;
}

test('many go out as one', () => {
  const stream = new FakeStream();
  const writer = writerOf(channelOn(stream), nothing);
  for (let i = 0; i < 20; i++) expect(writer.write('', 'q', Buffer.from('abc'), {})).toBe(true);
  expect(stream.written).toHaveLength(0);
  expect(writer.flush()).toBe(true);
  writer.flush();
  expect(stream.written).toHaveLength(1);
  expect(stream.bytes.toString('latin1').split('abc')).toHaveLength(21);
});

test('a chunk that is full goes out, and nothing is written twice or left out', () => {
  const stream = new FakeStream();
  const writer = writerOf(channelOn(stream), nothing);
  const bodies = Array.from({ length: 300 }, (_, i) => `<${i}>`.padEnd(1_000, '.'));
  for (const body of bodies) writer.write('', 'q', Buffer.from(body), {});
  writer.flush();
  expect(stream.written.length).toBeGreaterThan(3);
  expect([...stream.bytes.toString('latin1').matchAll(/<(\d+)>/g)].map((one) => Number(one[1]))).toEqual(
    bodies.map((_, i) => i),
  );
});

test('a large body is cut into frames, an empty one has none', () => {
  const stream = new FakeStream();
  const writer = new StreamWriter(stream, 1, 50_000, nothing);
  writer.write('', 'q', Buffer.alloc(120_000, 'x'), {});
  writer.write('', 'q', Buffer.alloc(0), {});
  writer.flush();
  const text = stream.bytes.toString('latin1');
  expect(text.split('x').length - 1).toBe(120_000);
  expect(text.match(/\x03\0\x01/g)).toHaveLength(3);
});

test('a socket that is full is told once it is not', () => {
  const stream = new FakeStream();
  let drained = 0;
  const writer = writerOf(channelOn(stream), () => (drained += 1));
  stream.accepts = false;
  for (let i = 0; i < 3; i++) {
    writer.write('', 'q', Buffer.from('abc'), {});
    expect(writer.flush()).toBe(false);
  }
  stream.emit('drain');
  expect(drained).toBe(1);
});

test('headers that fit into no frame are refused, and nothing is written', () => {
  const stream = new FakeStream();
  const writer = new StreamWriter(stream, 1, 5_000, nothing);
  expect(() => writer.write('', 'q', Buffer.from('a'), { headers: { a: 'x'.repeat(6_000) } })).toThrow(RangeError);
  writer.flush();
  expect(stream.written).toHaveLength(0);
});

test('an amqplib that is other inside is used by its own door', () => {
  for (const stream of [undefined, {}]) {
    const channel = channelOn(stream) as unknown as FakeChannel;
    const writer = writerOf(asConfirm(channel), nothing);
    expect(writer.write('e', 'k', Buffer.from('a'), {})).toBe(true);
    expect(writer.flush()).toBe(true);
    expect(channel.named('publish')[0]?.slice(0, 2)).toEqual(['e', 'k']);
  }
});

test('its own door tells of drains too', () => {
  const channel = new FakeChannel();
  let drained = 0;
  amqplibWriter(asConfirm(channel), () => (drained += 1));
  channel.emit('drain');
  expect(drained).toBe(1);
});

test('acks keep their place among what is published, by either door', () => {
  const stream = new FakeStream();
  const writer = writerOf(channelOn(stream), nothing);
  writer.write('', 'q', Buffer.from('abc'), {});
  writer.ack(7, true);
  writer.flush();
  const published = stream.bytes.indexOf('abc');
  expect(stream.written).toHaveLength(1);
  const ack = Buffer.from([1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0xce]);
  expect(stream.bytes.indexOf(ack)).toBeGreaterThan(published);
  const channel = new FakeChannel();
  amqplibWriter(asConfirm(channel), nothing).ack(7, false);
  expect(channel.named('ack')).toEqual([[7, false]]);
});
