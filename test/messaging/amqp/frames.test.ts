import { dirname, join } from 'node:path';
import { ackFrame, bodyFrameStart, frameEnd, headerFrame, methodFrame } from '../../../src/messaging/amqp/frames';

interface Frame {
  readonly channel: number;
  readonly size?: number;
  readonly fields: Record<string, unknown>;
  readonly content?: Buffer;
}

// What amqplib reads must be what was written.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { parseFrame, decodeFrame } = require(join(dirname(require.resolve('amqplib')), 'lib/frame.js')) as {
  parseFrame(bytes: Buffer, most: number): { rest: Buffer } | false;
  decodeFrame(frame: unknown): Frame;
};

function read(text: string): Frame {
  const frame = parseFrame(Buffer.from(text, 'latin1'), 0);
  if (frame === false) throw new Error('not a whole frame');
  expect(frame.rest).toHaveLength(0);
  return decodeFrame(frame);
}

test('the method', () => {
  expect(read(methodFrame(3, 'örder', 'order.placed', true))).toMatchObject({
    channel: 3,
    fields: { exchange: 'örder', routingKey: 'order.placed', mandatory: true, immediate: false },
  });
  expect(read(methodFrame(300, '', 'q', false))).toMatchObject({ channel: 300, fields: { mandatory: false } });
});

test('an ack', () => {
  expect(read(ackFrame(2, 2 ** 33 + 5, true))).toMatchObject({
    channel: 2,
    fields: { deliveryTag: 2 ** 33 + 5, multiple: true },
  });
  expect(read(ackFrame(2, 1, false))).toMatchObject({ fields: { deliveryTag: 1, multiple: false } });
});

test('the properties', () => {
  const properties = {
    contentType: 'application/json',
    contentEncoding: 'gzip',
    priority: 5,
    correlationId: 'c',
    replyTo: 'r',
    expiration: 500,
    messageId: 'é',
    timestamp: 1_700_000_000,
    type: 't',
    appId: 'a',
    persistent: true,
  };
  const { persistent: _, ...others } = properties;
  const frame = read(headerFrame(1, 2 ** 33 + 5, properties));
  expect(frame.size).toBe(2 ** 33 + 5);
  expect(frame.fields).toMatchObject({ ...others, expiration: '500', deliveryMode: 2, headers: undefined });
  expect(read(headerFrame(1, 0, {})).fields).toMatchObject({ deliveryMode: 1, messageId: undefined });
});

test('headers of every type', () => {
  const headers = {
    text: 'grüße 🚀',
    empty: '',
    yes: true,
    no: false,
    small: -1,
    large: 2 ** 40,
    negative: -(2 ** 40),
    broken: 1.5,
    nothing: null,
    bytes: Buffer.from([0, 255]),
    list: ['a', 1, ['b']],
    nested: { deep: { er: 'x' } },
    when: { '!': 'timestamp', value: 1_700_000_000 },
  };
  expect(read(headerFrame(1, 0, { headers: { ...headers, left: undefined } })).fields['headers']).toEqual(headers);
});

test('what is too long is refused', () => {
  expect(() => headerFrame(1, 0, { headers: { a: 'x'.repeat(66_000) } })).toThrow(RangeError);
  expect(() => headerFrame(1, 0, { messageId: 'x'.repeat(256) })).toThrow(RangeError);
});

test('the body', () => {
  const frame = read(`${bodyFrameStart(2, 3)}abc${frameEnd}`);
  expect([frame.channel, String(frame.content)]).toEqual([2, 'abc']);
});
