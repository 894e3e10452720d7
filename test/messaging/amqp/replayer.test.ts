import { type ConfirmChannel, type GetMessage } from 'amqplib';
import { Replayer } from '../../../src/messaging/amqp/replayer';
import { FakeClock } from '../../support/fake-clock';
import { LetterBroker } from './support/letter-broker';

let broker: LetterBroker;
let clock: FakeClock;
let replayer: Replayer;
let confirmed: number;

beforeEach(async () => {
  broker = new LetterBroker();
  clock = new FakeClock();
  confirmed = 0;
  broker.queue('a.b.c');
  replayer = new Replayer((await broker.model.createChannel()) as ConfirmChannel, 'a.b.c', clock);
});

function letter(id: string, headers: Record<string, unknown> = {}, more: Record<string, unknown> = {}): GetMessage {
  return { content: Buffer.from(id), fields: {}, properties: { messageId: id, headers, ...more } } as never;
}
const send = (id: string, headers?: Record<string, unknown>, more?: Record<string, unknown>): Promise<boolean> =>
  replayer.send(letter(id, headers, more), () => (confirmed += 1));

test('a letter comes back as a first attempt: without why it died, what was counted, and its time', async () => {
  const headers = {
    cloudEvents_id: 'm-1',
    traceparent: '00-ab',
    'x-tenant': 'a',
    'keelson-attempt': 5,
    'keelson-expires': 1,
    'keelson-deadline': 2,
    'keelson-dead-reason': 'failed',
    'keelson-dead-stack': 'at',
    'x-exception-message': 'no',
    'x-exception-stacktrace': 'at',
    'x-original-exchange': 'a',
    'x-original-routingKey': 'a.b',
    'x-death': [{ reason: 'rejected' }],
    'x-first-death-queue': 'a.b.c',
    'x-delivery-count': 21,
  };
  const properties = { type: 'a.b', contentType: 'text/plain', priority: 3, timestamp: 5, appId: 'shop' };
  expect(await send('m-1', headers, { ...properties, userId: 'guest', expiration: '10', clusterId: 'c' })).toBe(true);
  await replayer.drained();
  expect(confirmed).toBe(1);
  expect(broker.queues.get('a.b.c')?.lying).toEqual([
    {
      content: Buffer.from('m-1'),
      properties: {
        ...properties,
        messageId: 'm-1',
        persistent: true,
        mandatory: true,
        headers: { cloudEvents_id: 'm-1', traceparent: '00-ab', 'x-tenant': 'a', 'keelson-deadline': 2 },
      },
    },
  ]);
});

test('at most 100 are on their way, and each is told when it is confirmed', async () => {
  broker.holdConfirms = true;
  for (let i = 0; i < 99; i++) await send(`m-${i}`);
  let room = false;
  const last = send('m-99').then(() => (room = true));
  await clock.advance(0);
  expect([room, confirmed]).toEqual([false, 0]);
  broker.held.shift()?.();
  await last;
  expect(confirmed).toBe(1);
  const drained = replayer.drained();
  for (const go of broker.held) go();
  await drained;
  expect(confirmed).toBe(100);
  expect(clock.timers).toBe(0);
});

test('a queue that is gone is told, and what was returned is not confirmed', async () => {
  broker.holdConfirms = true;
  await send('m-1');
  await send('m-2');
  broker.held.shift()?.();
  broker.queues.delete('a.b.c');
  broker.held.shift()?.();
  await expect(replayer.drained()).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
  expect(confirmed).toBe(1);
  await expect(send('m-3')).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
});

test('letters without an id are kept together when one is returned', async () => {
  broker.holdConfirms = true;
  for (let i = 0; i < 2; i++) await replayer.send({ ...letter(''), properties: {} } as never, () => (confirmed += 1));
  broker.queues.delete('a.b.c');
  broker.held.shift()?.();
  broker.queue('a.b.c');
  broker.held.shift()?.();
  await expect(replayer.drained()).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
  expect(confirmed).toBe(0);
});

test('a queue that is full is told', async () => {
  broker.queue('a.b.c', [], 1);
  await send('m-1');
  await send('m-2');
  await expect(replayer.drained()).rejects.toMatchObject({ code: 'PUBLISH_NACKED', retryable: true });
  expect(confirmed).toBe(1);
});

test('what cannot be written is not sent, and keeps none of the others', async () => {
  expect(await send('m-1', { unwritable: 1 })).toBe(false);
  expect(await send('m-2')).toBe(true);
  await replayer.drained();
  expect(broker.ids('a.b.c')).toEqual(['m-2']);
});

test('a lost connection is told, before and after it was noticed', async () => {
  broker.holdConfirms = true;
  await send('m-1');
  const drained = replayer.drained().catch((error: unknown) => error);
  broker.cut();
  expect(await drained).toMatchObject({ code: 'CONNECTION_FAILED' });
  const fresh = new Replayer((await broker.model.createChannel()) as ConfirmChannel, 'a.b.c', clock);
  broker.cut();
  await expect(fresh.send(letter('m-2'), () => undefined)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});

test('a broker that does not confirm is not waited for', async () => {
  broker.holdConfirms = true;
  await send('m-1');
  const drained = replayer.drained().catch((error: unknown) => error);
  await clock.advance(30_000);
  expect(await drained).toMatchObject({ code: 'TIMEOUT' });
});
