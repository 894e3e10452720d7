import * as amqplib from 'amqplib';
import { LetterBox, openDeadLetters, type LetterProgress } from '../../../src/messaging/amqp/dead-letter-box';
import { FakeClock } from '../../support/fake-clock';
import { freePort } from '../../support/free-port';
import { LetterBroker, serverError, type Lying } from './support/letter-broker';

// One test has a connection without a broker; all others have amqplib's own.
jest.mock('amqplib', () => {
  const actual = jest.requireActual<typeof amqplib>('amqplib');
  return { ...actual, connect: jest.fn(actual.connect) };
});

let broker: LetterBroker;
let clock: FakeClock;
let box: LetterBox;
let closed: number;

beforeEach(() => {
  broker = new LetterBroker();
  clock = new FakeClock();
  closed = 0;
  box = new LetterBox(broker.model, clock, () => {
    closed += 1;
    return Promise.resolve();
  });
  broker.queue('a.b.c');
  broker.queue('a.b.c.dlq', [letter('m-0', 'E'), letter('m-1', 'F'), letter('m-2', 'E'), letter('m-3', 'E')]);
});

afterEach(() => expect([broker.openChannels, clock.timers]).toEqual([0, 0]));

function letter(id: string, code: string, more: Record<string, unknown> = {}): Lying {
  return { content: Buffer.from('{}'), properties: { messageId: id, headers: { 'keelson-dead-code': code, ...more } } };
}

test('counts letters, and what waits beside them', async () => {
  expect(await box.count(['a.b.c.dlq', 'no.such.queue'])).toEqual([
    { queue: 'a.b.c', letters: 4, waiting: 0, consumers: 0 },
    { queue: 'no.such.queue', letters: undefined, waiting: undefined, consumers: undefined },
  ]);
});

test('what a user may not see is an error', async () => {
  broker.failWith = serverError(403, 'ACCESS-REFUSED', 'no');
  await expect(box.count(['a.b.c'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('shows those that are meant, and leaves all where they are', async () => {
  const seen: string[] = [];
  const told: LetterProgress[] = [];
  const end = await box.look('a.b.c', ({ envelope }) => seen.push(envelope.id), {
    code: 'E',
    limit: 2,
    onProgress: (progress) => told.push(progress),
  });
  expect(seen).toEqual(['m-0', 'm-2']);
  expect(end).toEqual({ total: 4, seen: 3, meant: 2, done: 0, failed: 0 });
  expect(told.map((one) => [one.seen, one.meant])).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
});

test('replays those that are meant, and keeps the others in their order', async () => {
  expect(await box.replay('a.b.c', { code: 'E' })).toEqual({ total: 4, seen: 4, meant: 3, done: 3, failed: 0 });
  expect(broker.ids('a.b.c')).toEqual(['m-0', 'm-2', 'm-3']);
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-1']);
});

test('a letter leaves when it is confirmed and not before', async () => {
  broker.holdConfirms = true;
  const replayed = box.replay('a.b.c', { limit: 1 });
  await clock.advance(0);
  expect(broker.held).toHaveLength(1);
  broker.cut();
  await expect(replayed).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
});

test('goes no further than what was there at the beginning: letters that die again are not met again', async () => {
  const dies = (): void => {
    const back = broker.queues.get('a.b.c')?.lying.splice(0) ?? [];
    broker.queues.get('a.b.c.dlq')?.lying.push(...back);
  };
  const { seen } = await box.replay('a.b.c', { onProgress: dies });
  expect(seen).toBe(4);
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
});

test('a rate spreads them; an abort ends it in order', async () => {
  const abort = new AbortController();
  const replayed = box.replay('a.b.c', { rate: 10, signal: abort.signal });
  await clock.advance(100);
  expect(broker.ids('a.b.c')).toEqual(['m-0', 'm-1']);
  abort.abort();
  expect(await replayed).toMatchObject({ seen: 3, done: 2 });
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-2', 'm-3']);
});

test('what cannot be written again is kept and counted', async () => {
  broker.queue('a.b.c.dlq', [letter('m-0', 'E', { unwritable: 1 }), letter('m-1', 'E')]);
  expect(await box.replay('a.b.c')).toMatchObject({ meant: 2, done: 1, failed: 1 });
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-0']);
});

test('a queue that refuses ends it, and the rest is kept', async () => {
  broker.queue('a.b.c', [], 1);
  await expect(box.replay('a.b.c')).rejects.toMatchObject({ code: 'PUBLISH_NACKED' });
  expect(broker.ids('a.b.c')).toEqual(['m-0']);
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-1', 'm-2', 'm-3']);
});

test('without the queue that they died in nothing is replayed', async () => {
  broker.queues.delete('a.b.c');
  await expect(box.replay('a.b.c')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(broker.ids('a.b.c.dlq')).toHaveLength(4);
});

test('drops those that are meant', async () => {
  expect(await box.drop('a.b.c', { code: 'E' })).toEqual({ total: 4, seen: 4, meant: 3, done: 3, failed: 0 });
  expect(broker.ids('a.b.c.dlq')).toEqual(['m-1']);
});

test('letters that somebody else took meanwhile are an end', async () => {
  const taken = box.drop('a.b.c', { onProgress: () => broker.queues.get('a.b.c.dlq')?.lying.splice(0) });
  expect(await taken).toMatchObject({ total: 4, seen: 1, done: 1 });
});

test.each([[{ limit: 0 }], [{ limit: 1.5 }], [{ olderThanMs: -1 }], [{ olderThanMs: NaN }]])(
  'the options %j are not valid',
  async (options) => {
    await expect(box.drop('a.b.c', options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  },
);

test.each([[0], [-1], [NaN]])('the rate %d is not valid', async (rate) => {
  await expect(box.replay('a.b.c', { rate })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('closing is the connection’s', async () => {
  await box.close();
  expect(closed).toBe(1);
});

test('connects for it, and closes the connection in the end', async () => {
  jest.mocked(amqplib.connect).mockResolvedValueOnce(broker.model);
  const opened = await openDeadLetters({ url: 'amqp://rabbit' });
  expect(await opened.count(['a.b.c'])).toMatchObject([{ letters: 4 }]);
  expect(broker.closed).toBe(false);
  await opened.close();
  expect(broker.closed).toBe(true);
});

test('a broker that is away is told', async () => {
  const url = `amqp://u:hunter22@127.0.0.1:${await freePort()}`;
  const error = (await openDeadLetters({ url }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(error.message).not.toContain('hunter22');
});
