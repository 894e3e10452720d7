import { checkKey, ownHeaders } from '../../src/messaging/headers';

const refused = expect.objectContaining({ code: 'PAYLOAD_INVALID', retryable: false });

test('names are in lower case, and what is given is copied', () => {
  const given = { 'X-Tenant': 'acme', 'x-request-id': 'r-1', constructor: 'Olé' };
  const headers = ownHeaders('the event a.b', given);
  expect(headers).toEqual({ 'x-tenant': 'acme', 'x-request-id': 'r-1', constructor: 'Olé' });
  expect(headers).not.toBe(given);
  expect(ownHeaders('x', undefined)).toEqual({});
});

test.each(['', 'a b', 'a:b', 'ä', 'x'.repeat(129), '__proto__', 'a\r\n'])('a name that is none: %p', (name) => {
  const given = Object.defineProperty({}, name, { value: 'a', enumerable: true });
  expect(() => ownHeaders('the event a.b', given)).toThrow(refused);
});

test.each([
  'keelson-attempt',
  'Keelson-Deadline',
  'cloudEvents_id',
  'cloudEvents:id',
  'x-death',
  'x-delivery-count',
  'x-first-death-queue',
  'x-last-death-queue',
  'x-exception-message',
  'x-original-exchange',
  'traceparent',
  'tracestate',
  'Baggage',
])('a name that is taken: %s', (name) => {
  expect(() => ownHeaders('the event a.b', { [name]: 'a' })).toThrow(refused);
});

test.each(['a\r\nb', '\u0000', 'tab\t', '\u007f', 1, null, undefined, ['a']])('a value that is none: %p', (value) => {
  expect(() => ownHeaders('the event a.b', { a: value as string })).toThrow(refused);
});

test('8 kB altogether, names and values, as they travel', () => {
  const text = (bytes: number): string => 'x'.repeat(bytes);
  expect(Object.keys(ownHeaders('x', { ab: text(4_094), cd: text(4_094) }))).toHaveLength(2);
  expect(() => ownHeaders('x', { ab: text(4_094), cd: text(4_095) })).toThrow('8193 bytes');
  expect(() => ownHeaders('x', { ab: 'é'.repeat(4_096) })).toThrow(refused);
});

describe('a key', () => {
  test.each([undefined, '', 'order 4711', 'é'.repeat(512)])('%p', (key) => {
    expect(checkKey('x', key)).toBe(key);
  });

  test.each(['a\nb', 'é'.repeat(513), 7, null])('that is none: %p', (key) => {
    expect(() => checkKey('the event a.b', key as string)).toThrow(refused);
  });
});
