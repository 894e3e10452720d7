import { type Fault, type FaultSource, type FaultSubject } from '../../src/core';
import { defineCommand, defineEvent } from '../../src/messaging';
import { make, type Made } from './support/make';

const placed = defineEvent<number>('order.placed');
const reserve = defineCommand<number, number>('stock.reserve');

interface Faulty extends Made {
  readonly asked: FaultSubject[];
}

/** Messaging whose next messages meet these faults. */
function faulty(...faults: Partial<Fault<'publish'>>[]): Faulty {
  const asked: FaultSubject[] = [];
  const publish: FaultSource<'publish'> = {
    draw: (subject) => {
      asked.push(subject);
      const next = faults.shift();
      return next && { kind: 'delay', rule: 'r', delayMs: 0, status: 503, ...next };
    },
  };
  const made = make({ faults: { publish } });
  made.transport.onRequest = () => Promise.resolve({ ok: true, body: Buffer.from('7') });
  return { ...made, asked };
}

test('each message is asked about: its type and its header fields; without a fault it goes as ever', async () => {
  const { messaging, transport, asked, tracing } = faulty();
  await messaging.publish(placed, 1, { headers: { 'X-Tenant': 'acme' }, ttlMs: 5 });
  expect(await messaging.send(reserve, 1)).toBe(7);
  expect(asked).toEqual([
    { type: 'order.placed', headers: expect.objectContaining({ 'x-tenant': 'acme' }) },
    { type: 'stock.reserve', headers: expect.anything(), kinds: ['delay', 'reject', 'unconfirmed'] },
  ]);
  expect(transport.published[0]?.limits).toMatchObject({ ttlMs: 5, delayMs: 0 });
  expect(tracing.spans[0]?.attributes).not.toHaveProperty('keelson.fault');
});

test('the span says what was done on purpose', async () => {
  const { messaging, tracing } = faulty({ kind: 'duplicate', rule: 'twice' });
  await messaging.publish(placed, 1);
  expect(tracing.spans[0]?.attributes).toMatchObject({ 'keelson.fault': 'duplicate', 'keelson.fault.rule': 'twice' });
});

test('a delay comes first, for events and commands', async () => {
  const { messaging, transport, clock } = faulty({ delayMs: 100 }, { delayMs: 100 });
  const publishing = messaging.publish(placed, 1);
  const sending = messaging.send(reserve, 1);
  await clock.advance(99);
  expect([transport.published.length, transport.requested.length]).toEqual([0, 0]);
  await clock.advance(1);
  await publishing;
  expect(await sending).toBe(7);
  expect([transport.published.length, transport.requested.length]).toEqual([1, 1]);
});

test('a rejected message is one that the broker refused: it was not sent, and may be again', async () => {
  const { messaging, transport, meter } = faulty({ kind: 'reject' }, { kind: 'reject' });
  const refused = { code: 'PUBLISH_NACKED', retryable: true, details: { rule: 'r' } };
  await expect(messaging.publish(placed, 1)).rejects.toMatchObject(refused);
  await expect(messaging.send(reserve, 1)).rejects.toMatchObject(refused);
  expect([transport.published, transport.requested]).toEqual([[], []]);
  expect(JSON.stringify(meter.read('messaging_client_sent_messages_total'))).toContain('PUBLISH_NACKED');
});

test('an unconfirmed message was sent, and its sender cannot know', async () => {
  const { messaging, transport } = faulty({ kind: 'unconfirmed' }, { kind: 'unconfirmed' });
  const unknown = { code: 'TIMEOUT', details: { outcome: 'unknown', rule: 'r' } };
  await expect(messaging.publish(placed, 1)).rejects.toMatchObject(unknown);
  await expect(messaging.send(reserve, 1)).rejects.toMatchObject(unknown);
  expect([transport.published.length, transport.requested.length]).toEqual([1, 1]);
});

test('a message that the broker does refuse is no unconfirmed one', async () => {
  const { messaging, transport } = faulty({ kind: 'unconfirmed' });
  transport.onPublish = () => Promise.reject(new Error('away'));
  await expect(messaging.publish(placed, 1)).rejects.toThrow('away');
});

test('a duplicate has the same id', async () => {
  const { messaging, transport } = faulty({ kind: 'duplicate' });
  await messaging.publish(placed, 1);
  const [first, second] = transport.published;
  expect(transport.published).toHaveLength(2);
  expect(second?.envelope.id).toBe(first?.envelope.id);
});

test('a reordered event is safe at once, and comes later than it was to', async () => {
  const { messaging, transport, clock } = faulty({ kind: 'reorder', delayMs: 300 });
  await messaging.publish(placed, 1, { delayMs: 50 });
  expect(transport.published[0]?.limits.delayMs).toBe(350);
  expect(clock.timers).toBe(0);
});

test('who gives up during a delay leaves the rest to the transport', async () => {
  const { messaging, transport, clock } = faulty({ delayMs: 100 });
  const abort = new AbortController();
  const publishing = messaging.publish(placed, 1, { signal: abort.signal });
  await clock.advance(1);
  abort.abort();
  await publishing;
  expect(transport.published[0]?.limits.signal?.aborted).toBe(true);
  expect(clock.timers).toBe(0);
});

test('the time that passes on purpose is the sender’s own: beyond it nothing is sent, below it the rest is left', async () => {
  const { messaging, transport, clock } = faulty({ delayMs: 500 }, { delayMs: 500 }, { delayMs: 400 });
  const late = { code: 'TIMEOUT', retryable: true, details: { rule: 'r' } };
  const refused = [
    expect(messaging.publish(placed, 1, { timeoutMs: 500 })).rejects.toMatchObject(late),
    expect(messaging.send(reserve, 1, { timeoutMs: 500 })).rejects.toMatchObject(late),
  ];
  const sending = messaging.send(reserve, 1, { timeoutMs: 500 });
  await clock.advance(500);
  await Promise.all([...refused, sending]);
  expect(transport.published).toEqual([]);
  expect(transport.requested.map(({ limits }) => limits.timeoutMs)).toEqual([100]);
});
