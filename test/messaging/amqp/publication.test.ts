import { Publication } from '../../../src/messaging/amqp/publication';
import { outgoingOf } from './support/outgoing';

test('is settled once', () => {
  const ends: unknown[] = [];
  const one = new Publication(
    outgoingOf('a'),
    0,
    () => ends.push('ok'),
    (error) => ends.push(error),
  );
  expect([one.settle(), one.settle(new Error('late'))]).toEqual([true, false]);
  expect(ends).toEqual(['ok']);
  expect([one.bytes, one.expiresAt]).toEqual([1_005, 30_000]);
});

test('an error says if nobody knows what became of it', () => {
  const one = new Publication(
    outgoingOf('a'),
    0,
    () => undefined,
    () => undefined,
  );
  expect(one.error('TIMEOUT', 'was late')).toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
    details: { message: 'a', exchange: '', routingKey: 'queue' },
  });
  one.written = true;
  expect(one.error('TIMEOUT', 'was late')).toMatchObject({ retryable: false, details: { outcome: 'unknown' } });
  expect(one.error('PUBLISH_NACKED', 'was refused', { known: true }).message).toBe('The message was refused.');
});
