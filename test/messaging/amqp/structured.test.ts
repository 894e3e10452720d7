import { isStructured, structuredEvent } from '../../../src/messaging/amqp/structured';

const type = 'application/cloudevents+json; charset=utf-8';
const made = { id: 'm', type: 'order.placed', source: '', time: 'now', contentType: type, headers: { a: 'b' } };
const read = (event: unknown, contentType = type): ReturnType<typeof structuredEvent> =>
  structuredEvent(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)), { ...made, contentType });

test('the whole event is in the body', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: 's',
    type: 't',
    time: 'T',
    partitionkey: 'k',
    traceparent: '00',
    data: { x: 1 },
  };
  expect(read(event)).toEqual({
    envelope: {
      id: '1',
      type: 't',
      source: 's',
      time: 'T',
      key: 'k',
      contentType: 'application/json',
      headers: { a: 'b', traceparent: '00' },
      body: Buffer.from('{"x":1}'),
    },
    malformed: undefined,
  });
});

test('data in base64, as a text, or none', () => {
  const event = { id: '1', source: 's', type: 't' };
  expect(read({ ...event, data_base64: 'AAE=' }).envelope.body).toEqual(Buffer.from([0, 1]));
  expect(read({ ...event, datacontenttype: 'text/plain', data: 'hi' }).envelope.body.toString()).toBe('hi');
  expect(read({ ...event, data: 'hi' }).envelope.body.toString()).toBe('"hi"');
  expect(read(event).envelope.body).toHaveLength(0);
});

test.each(['{', '[]', 'null', '5', '{"id":""}'])('%s is malformed, and what can be made up is', (text) => {
  const { envelope, malformed } = read(text);
  expect(malformed).toMatch(/CloudEvent/);
  expect(envelope.body.toString()).toBe(text);
  expect(envelope.type).toBe('order.placed');
});

test('a batch cannot be read', () => {
  expect(isStructured('application/cloudevents-batch+json')).toBe(true);
  expect(isStructured('application/json')).toBe(false);
  expect(read('[]', 'application/cloudevents-batch+json').malformed).toMatch(/cannot be read/);
});
