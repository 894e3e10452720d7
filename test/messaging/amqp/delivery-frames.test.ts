import { DeliveryFrames } from '../../../src/messaging/amqp/delivery-frames';
import { delivery, type Delivered } from './support/wire';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const whole: Delivered = {
  channel: 3,
  fields: {
    consumerTag: 'amq.ctag-1',
    deliveryTag: 4_294_967_301,
    redelivered: true,
    exchange: 'order',
    routingKey: 'order.placed',
  },
  properties: {
    contentType: 'application/json',
    contentEncoding: 'identity',
    headers: {
      cloudEvents_id: 'id-1',
      traceparent,
      count: -5,
      small: 7,
      short: -300,
      long: 1_700_000_000_123,
      yes: true,
    },
    deliveryMode: 2,
    priority: 3,
    correlationId: 'c-1',
    replyTo: 'r-1',
    expiration: '60000',
    messageId: 'id-1',
    timestamp: 1_700_000_000,
    type: 'order.placed',
    userId: 'guest',
    appId: 'shop',
    clusterId: 'one',
  },
  content: Buffer.from('{"n":1}'),
};
const read = (bytes: Buffer, at = 0) => new DeliveryFrames().read(bytes, at);
const { fields, properties, content } = whole;

describe('a delivery', () => {
  test('is read with all its properties, as it was written by amqplib', () => {
    const bytes = delivery(whole);
    expect(read(bytes)).toEqual({ channel: 3, message: { fields, properties, content }, end: bytes.length });
  });

  test.each<[string, Partial<Delivered>]>([
    ['without properties', { properties: {} }],
    ['without headers', { properties: { messageId: 'id-2' } }],
    ['with no headers in its table', { properties: { headers: {} } }],
    ['without a body', { content: Buffer.alloc(0) }],
    ['of other characters', { properties: { headers: { näme: 'Wörter', cjk: '\u6f22\u5b57' }, type: 'ü' } }],
  ])('%s is read', (_, more) => {
    const bytes = delivery({ ...whole, ...more });
    const found = read(bytes);
    expect(found?.end).toBe(bytes.length);
    expect(found?.message.content).toEqual(more.content ?? content);
    expect(found?.message.properties).toMatchObject(more.properties ?? properties);
  });

  test('after others is read by where it begins, and its body is not copied', () => {
    const frames = new DeliveryFrames();
    const one = delivery(whole);
    const other = delivery({ ...whole, properties: { headers: { cloudEvents_id: 'x', other: 'y' } } });
    const bytes = Buffer.concat([one, other, one]);
    expect(frames.read(bytes, 0)?.message.properties).toEqual(properties);
    const second = frames.read(bytes, one.length);
    expect(second?.message.properties.headers).toEqual({ cloudEvents_id: 'x', other: 'y' });
    expect(second?.message.content.buffer).toBe(bytes.buffer);
    const third = frames.read(bytes, second?.end ?? 0);
    expect([third?.message.properties, third?.end]).toEqual([properties, bytes.length]);
  });
});

describe('left to amqplib', () => {
  test('is what has not come as a whole, wherever it is cut', () => {
    const bytes = delivery(whole);
    for (let length = 0; length < bytes.length; length++) expect(read(bytes.subarray(0, length))).toBeUndefined();
  });

  test.each<[string, Partial<Delivered>]>([
    ['a body of several frames', { parts: 3 }],
    ['a table among the headers', { properties: { headers: { 'x-death': [{ count: 1 }] } } }],
    ['nothing as a header', { properties: { headers: { none: null } } }],
    ['a fraction', { properties: { headers: { half: 0.5 } } }],
    ['a header that names the prototype', { properties: { headers: JSON.parse('{"__proto__":"x"}') as object } }],
  ])('is %s', (_, more) => {
    expect(read(delivery({ ...whole, ...more }))).toBeUndefined();
  });

  test('is any other frame', () => {
    expect(read(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce]))).toBeUndefined();
    expect(read(delivery(whole), 1)).toBeUndefined();
  });

  test('is one that frames of another channel interrupt, and one whose lengths are wrong', () => {
    const bytes = delivery(whole);
    const head = 8 + bytes.readUInt32BE(3);
    const otherChannel = Buffer.from(bytes);
    otherChannel[head + 2] = 4;
    expect(read(otherChannel)).toBeUndefined();
    const tooLong = Buffer.from(bytes);
    // The first text of the properties reaches beyond them.
    tooLong[head + 7 + 14] = 255;
    expect(read(tooLong)).toBeUndefined();
  });
});
