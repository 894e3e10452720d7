import { type GetMessage } from 'amqplib';
import { isMeant, originOf, readLetter } from '../../../src/messaging/amqp/letter';

const queue = 'order.placed.billing';

function message(headers: Record<string, unknown> = {}, properties: Record<string, unknown> = {}): GetMessage {
  return {
    content: Buffer.from('{}'),
    fields: { routingKey: `${queue}.dlq`, exchange: '', deliveryTag: 1, redelivered: false, messageCount: 0 },
    properties: { ...properties, headers },
  } as unknown as GetMessage;
}

const buried = {
  cloudEvents_id: 'o-1',
  cloudEvents_type: 'order.placed',
  cloudEvents_source: 'shop',
  cloudEvents_time: '2026-01-01T00:00:00.000Z',
  'x-tenant': 'a',
  'keelson-dead-reason': 'failed',
  'keelson-dead-code': 'TAX_UNKNOWN',
  'keelson-dead-message': 'no tax',
  'keelson-dead-stack': 'Error: no tax',
  'keelson-dead-attempts': 5,
  'keelson-dead-queue': queue,
  'keelson-dead-time': '2026-01-02T00:00:00.000Z',
  'x-exception-message': 'no tax',
  'x-exception-stacktrace': 'Error: no tax',
  'x-original-exchange': 'order',
  'x-original-routingKey': 'order.placed',
};
const letter = readLetter(message(buried), queue);

test('a letter that keelson buried is read whole', () => {
  expect(letter).toMatchObject({
    envelope: { id: 'o-1', type: 'order.placed', source: 'shop', time: '2026-01-01T00:00:00.000Z' },
    reason: 'failed',
    code: 'TAX_UNKNOWN',
    message: 'no tax',
    stack: 'Error: no tax',
    attempts: 5,
    queue,
    diedAt: '2026-01-02T00:00:00.000Z',
  });
  expect(letter.envelope.headers).toEqual({ 'x-tenant': 'a' });
});

test('one that the broker moved says what the broker wrote last', () => {
  const death = (reason: string, from: string, value: number): object => ({
    reason,
    queue: from,
    count: 1,
    time: { '!': 'timestamp', value },
  });
  const headers = {
    'x-delivery-count': 21,
    'x-death': [
      death('delivery_limit', 'stock.counted.shop', 1_767_312_000),
      death('expired', 'keelson.delay.1000', 1),
    ],
  };
  expect(readLetter(message(headers, { messageId: 'm-1', type: 'stock.counted' }), queue)).toMatchObject({
    envelope: { id: 'm-1', type: 'stock.counted', time: '' },
    reason: 'delivery_limit',
    code: undefined,
    message: undefined,
    attempts: 21,
    queue: 'stock.counted.shop',
    diedAt: '2026-01-02T00:00:00.000Z',
  });
});

test('one that Spring buried has message and stack', () => {
  const { message: said, stack } = readLetter(
    message({ 'x-exception-message': 'a', 'x-exception-stacktrace': 'b' }),
    queue,
  );
  expect([said, stack]).toEqual(['a', 'b']);
});

test.each([
  [{}],
  [{ 'x-death': 'text' }],
  [{ 'x-death': [] }],
  [{ 'x-death': [null] }],
  [{ 'x-death': [{ time: { value: 1e20 } }] }],
  [{ 'x-death': [{ time: null }] }],
  [{ 'keelson-dead-time': 'yesterday' }],
])('anything can lie there: %j', (headers) => {
  const { reason, queue: from, diedAt } = readLetter(message(headers), queue);
  expect([reason, from, diedAt]).toEqual(['unknown', queue, undefined]);
});

test.each([
  [{}, true],
  [{ type: 'order.placed', id: 'o-1', reason: 'failed', code: 'TAX_UNKNOWN' }, true],
  [{ type: 'order.moved' }, false],
  [{ id: 'o-2' }, false],
  [{ reason: 'malformed' }, false],
  [{ code: 'TAX_UNKNOWN', reason: 'malformed' }, false],
  [{ code: 'E' }, false],
  [{ olderThanMs: 3_599_999 }, true],
  [{ olderThanMs: 3_600_000 }, false],
])('the filter %j: %s', (filter, meant) => {
  expect(isMeant(letter, filter, Date.parse('2026-01-02T01:00:00.000Z'))).toBe(meant);
});

test('what has no time is not older than anything', () => {
  expect(isMeant(readLetter(message(), queue), { olderThanMs: 0 }, Date.now())).toBe(false);
});

test.each([
  ['order.placed.billing', 'order.placed.billing'],
  ['order.placed.billing.dlq', 'order.placed.billing'],
])('the queue of %s is %s', (given, origin) => expect(originOf(given)).toBe(origin));
