import { answered, holdMs, LetterWalk, walkError } from '../../../src/messaging/amqp/letter-walk';
import { FakeClock } from '../../support/fake-clock';
import { endedError, LetterBroker, serverError, type Lying } from './support/letter-broker';

const letters = (count: number): Lying[] =>
  Array.from({ length: count }, (_, i) => ({ content: Buffer.alloc(0), properties: { messageId: `m-${i}` } }));

let broker: LetterBroker;
let clock: FakeClock;
let settled: number;
let walk: LetterWalk;

beforeEach(() => {
  broker = new LetterBroker();
  clock = new FakeClock();
  settled = 0;
  broker.queue('a.b.dlq', letters(4));
  walk = new LetterWalk(broker.model, 'a.b.dlq', clock, () => {
    settled += 1;
    return Promise.resolve();
  });
});

const nextId = async (): Promise<unknown> => (await walk.next())?.message.properties.messageId;

test('gives one after the other, and puts back what was not acked, in order', async () => {
  expect(await walk.open()).toBe(4);
  expect(await nextId()).toBe('m-0');
  (await walk.next())?.ack();
  expect(await nextId()).toBe('m-2');
  await walk.close();
  expect(broker.ids('a.b.dlq')).toEqual(['m-0', 'm-2', 'm-3']);
  expect(broker.openChannels).toBe(0);
  await walk.close();
});

test('has an end', async () => {
  await walk.open();
  for (let i = 0; i < 4; i++) await walk.next();
  expect(await walk.next()).toBeUndefined();
});

test('before the broker loses its patience it changes the channel, and goes on where it was', async () => {
  await walk.open();
  await walk.next();
  (await walk.next())?.ack();
  await clock.advance(holdMs);
  expect(await nextId()).toBe('m-2');
  expect([settled, broker.channels.length, broker.openChannels]).toEqual([1, 2, 1]);
  await clock.advance(holdMs - 1);
  expect(await nextId()).toBe('m-3');
  expect(broker.channels).toHaveLength(2);
  await walk.close();
  expect(broker.ids('a.b.dlq')).toEqual(['m-0', 'm-2', 'm-3']);
});

test('a queue that is not there is told', async () => {
  const other = new LetterWalk(broker.model, 'no.such.dlq', clock, () => Promise.resolve());
  await expect(other.open()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'There is no queue no.such.dlq.' });
});

test('a lost connection is told, and an ack on it does no harm', async () => {
  await walk.open();
  const taken = await walk.next();
  broker.cut();
  taken?.ack();
  await expect(walk.next()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  await expect(walk.close()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(broker.ids('a.b.dlq')).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
});

test('a broker that does not answer is not waited for', async () => {
  await walk.open();
  broker.silent = true;
  const next = walk.next().catch((error: unknown) => error);
  await clock.advance(30_000);
  expect(await next).toMatchObject({ code: 'TIMEOUT' });
  expect(clock.timers).toBe(0);
});

test('an answer in time is the answer', async () => {
  expect(await answered(clock, Promise.resolve(7))).toBe(7);
});

test.each([
  [serverError(403, 'ACCESS-REFUSED', 'no'), 'CONFIG_INVALID', 'The queue q may not be used or declared by this user.'],
  [endedError(), 'CONNECTION_FAILED', 'was lost (Channel closed); what was not settled is back in q.'],
  ['text', 'CONNECTION_FAILED', '(text)'],
])('%p is told as %s', (error, code, message) => {
  expect(walkError('q', error)).toMatchObject({ code, message: expect.stringContaining(message) });
});
