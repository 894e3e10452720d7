import { type Envelope } from '../../../src/messaging';
import { decodeEnvelope, encodeEnvelope, shortText } from '../../../src/messaging/amqp/envelope-codec';
import { messageOf } from './support/fake-amqp';

const now = () => '2030-01-01T00:00:00.000Z';
const envelope: Envelope = {
  id: 'id',
  type: 'order.placed',
  source: 'shop',
  time: '2026-01-02T03:04:05.678Z',
  key: 'k',
  contentType: 'application/json',
  headers: { traceparent: '00-1', 'x-tenant': 'a' },
  body: Buffer.from('{"a":1}'),
  attempt: 1,
  deadline: undefined,
};

test('what is encoded is decoded', () => {
  for (const one of [envelope, { ...envelope, key: undefined, attempt: 3, deadline: 1_800_000_000_000 }]) {
    const decoded = decodeEnvelope(messageOf(encodeEnvelope(one), '{"a":1}'), now);
    expect(decoded).toEqual({ envelope: one, malformed: undefined, expires: undefined });
  }
  expect(decodeEnvelope(messageOf(encodeEnvelope(envelope, 5.4)), now).expires).toBe(5);
});

test('others read it by what they know', () => {
  expect(encodeEnvelope(envelope)).toMatchObject({
    contentType: 'application/json',
    messageId: 'id',
    type: 'order.placed',
    appId: 'shop',
    timestamp: 1_767_323_045,
    persistent: true,
    mandatory: true,
    headers: { cloudEvents_specversion: '1.0', cloudEvents_partitionkey: 'k', traceparent: '00-1' },
  });
});

test('a foreign message is taken as far as it goes', () => {
  const properties = { messageId: 'm', appId: 'legacy', timestamp: 1_700_000_000, headers: { TraceParent: '00-2' } };
  expect(decodeEnvelope(messageOf(properties), now).envelope).toEqual({
    id: 'm',
    type: 'order.placed',
    source: 'legacy',
    time: '2023-11-14T22:13:20.000Z',
    key: undefined,
    contentType: 'application/json',
    headers: { traceparent: '00-2' },
    body: Buffer.from('{}'),
    attempt: 1,
    deadline: undefined,
  });
  const bare = decodeEnvelope(messageOf({}), now);
  expect(bare.envelope.id).toMatch(/^[\da-f-]{36}$/);
  expect([bare.envelope.time, bare.malformed]).toEqual([now(), undefined]);
});

test.each([
  [{ headers: { cloudEvents_id: { deep: 1 }, 'keelson-attempt': 'many', 'keelson-deadline': [] } }],
  [{ headers: { 'keelson-attempt': -5 }, timestamp: 1e300, messageId: 5, contentType: 7 }],
  [{ headers: { big: 'x'.repeat(64_000) }, timestamp: -1 }],
  [{ contentType: 'application/cloudevents+json' }],
])('hostile properties do no harm %#', (properties) => {
  const { envelope: read } = decodeEnvelope(messageOf(properties), now);
  expect([read.type, read.attempt, read.time, read.deadline]).toEqual(['order.placed', 1, now(), undefined]);
  expect(read.id).not.toBe('');
});

test('a text that is too long for a short field is cut there', () => {
  expect(Buffer.byteLength(shortText('🚀'.repeat(100)))).toBeLessThanOrEqual(255);
  expect(shortText('a'.repeat(63))).toHaveLength(63);
});
