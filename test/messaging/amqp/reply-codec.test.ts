import { replyOf, replyProperties } from '../../../src/messaging/amqp/reply-codec';
import { messageOf } from './support/fake-amqp';

test.each([true, false])('a reply that is ok: %s', (ok) => {
  const properties = replyProperties({ ok, body: Buffer.from('1') }, 'c');
  expect(properties.correlationId).toBe('c');
  expect(properties.mandatory).toBeUndefined();
  expect(replyOf(messageOf(properties, '1'))).toEqual({ ok, body: Buffer.from('1') });
});

test('a command without a correlation has a reply without one', () => {
  expect(replyProperties({ ok: true, body: Buffer.alloc(0) }, undefined)).toEqual({ contentType: 'application/json' });
});
