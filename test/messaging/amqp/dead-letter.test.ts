import { type Envelope } from '../../../src/messaging';
import { deadLetterHeaders, plainHeaders, postponedHeaders } from '../../../src/messaging/amqp/dead-letter';

const origin = { queue: 'q', exchange: 'order', routingKey: 'order.placed' };

test('a letter says why, under two names, and stays small whatever came', () => {
  const note = {
    reason: 'failed',
    code: 'E',
    message: 'm'.repeat(9_000),
    stack: 's'.repeat(90_000),
    attempts: 5,
  } as const;
  const raw = { kept: 'a', 'x-death': [{}], huge: 'x'.repeat(60_000) };
  const headers = deadLetterHeaders(raw, note, origin, 'now');
  expect(headers).toMatchObject({
    kept: 'a',
    'keelson-dead-reason': 'failed',
    'keelson-dead-code': 'E',
    'keelson-dead-attempts': 5,
    'keelson-dead-queue': 'q',
    'keelson-dead-time': 'now',
    'x-original-exchange': 'order',
    'x-original-routingKey': 'order.placed',
  });
  expect(headers['x-exception-stacktrace']).toBe(headers['keelson-dead-stack']);
  expect(headers).not.toHaveProperty('huge');
  expect(headers).not.toHaveProperty('x-death');
  expect(JSON.stringify(headers).length).toBeLessThan(60_000);
});

test('without a stack there is none', () => {
  const note = { reason: 'malformed', code: 'E', message: 'm', stack: undefined, attempts: 0 } as const;
  expect(deadLetterHeaders({}, note, origin, 'now')).not.toHaveProperty('keelson-dead-stack');
});

test('a postponed copy says which attempt it is', () => {
  expect(postponedHeaders({ a: 1, 'x-delivery-count': 2, 'keelson-attempt': 1 }, 2)).toEqual({
    a: 1,
    'keelson-attempt': 2,
  });
  expect(plainHeaders({ headers: { a: 'b' } } as unknown as Envelope)).toEqual({ a: 'b' });
});
