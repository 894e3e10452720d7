import { isKeelsonError } from '../../src/core';
import { type Incoming } from '../../src/client/exchange';
import { isFault, statusError } from '../../src/client/status-error';

const wall = Date.parse('Wed, 25 Nov 2026 12:00:00 GMT');
const answer = (status: number, headers: Incoming['headers'] = {}, body = ''): Incoming => ({
  status,
  headers,
  body: Buffer.from(body),
});

test.each([
  [404, true, false],
  [500, true, false],
  [501, true, false],
  [408, true, true],
  [429, true, true],
  [502, true, true],
  [503, true, true],
  [503, false, false],
  [504, true, true],
])('%i, idempotent %p: retryable %p', (status, idempotent, retryable) => {
  const error = statusError('inventory', answer(status), idempotent, wall);
  expect(error).toMatchObject({
    code: 'HTTP_STATUS',
    status: 502,
    retryable,
    message: `inventory answered ${status}.`,
    details: { service: 'inventory', status },
  });
});

test('says how long to wait', () => {
  const wait = (header: string): unknown =>
    statusError('a', answer(503, { 'retry-after': header }), true, wall).details['retryAfterMs'];
  expect(wait('7')).toBe(7_000);
  expect(wait('Wed, 25 Nov 2026 12:00:03 GMT')).toBe(3_000);
  expect(wait('-1')).toBeUndefined();
});

test('what the other side said is the cause, and not in what a caller sees', () => {
  const problem = {
    type: 'urn:x',
    title: 'Out of stock',
    status: 409,
    detail: 'There are 2 left.',
    code: 'OUT_OF_STOCK',
    left: 2,
  };
  const headers = { 'content-type': 'application/problem+json' };
  const error = statusError('inventory', answer(409, headers, JSON.stringify(problem)), true, wall);
  expect(error.message).toBe('inventory answered 409 (OUT_OF_STOCK).');
  expect(error.details).toEqual({ service: 'inventory', status: 409 });
  expect(isKeelsonError(error.cause, 'OUT_OF_STOCK')).toBe(true);
  expect(error.cause).toMatchObject({ message: 'There are 2 left.', status: 409, details: { left: 2 } });
});

test.each([
  ['{}', 'no detail'],
  ['{"title":"T"}', 'T'],
  ['{"detail":7,"title":"T","code":9}', 'T'],
])('a problem of %s says %p', (body, message) => {
  const { cause } = statusError('a', answer(400, { 'content-type': 'application/problem+json' }, body), true, wall);
  expect(cause).toMatchObject({ code: 'HTTP_STATUS', message });
});

test('a fault is the other side’s', () => {
  expect([200, 302, 404, 429, 500, 503, '500', undefined].map(isFault)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    false,
    false,
  ]);
});
