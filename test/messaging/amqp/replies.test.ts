import { type Envelope } from '../../../src/messaging';
import { type Outgoing } from '../../../src/messaging/amqp/publication';
import { Replies } from '../../../src/messaging/amqp/replies';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeModel, messageOf } from './support/fake-amqp';
import { ended } from './support/outgoing';

const command: Envelope = {
  id: 'id',
  type: 'stock.reserve',
  source: 's',
  time: '2026-01-01T00:00:00Z',
  key: undefined,
  contentType: 'application/json',
  headers: {},
  body: Buffer.from('1'),
  attempt: 1,
  deadline: undefined,
};

function made(maxRequests = 10) {
  const clock = new FakeClock(1_000);
  const sent: Outgoing[] = [];
  const confirms: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const publish = (outgoing: Outgoing): Promise<void> => {
    sent.push(outgoing);
    return new Promise((resolve, reject) => confirms.push({ resolve, reject }));
  };
  const replies = new Replies({ clock, maxRequests, publish });
  const model = new FakeModel();
  const ask = (timeoutMs = 500, signal?: AbortSignal) => replies.request(command, { timeoutMs, signal });
  const answer = (correlationId: string): void => model.last.onMessage?.(messageOf({ correlationId }, 'yes'));
  return { clock, sent, confirms, replies, model, ask, answer };
}

test('a reply comes to the queue of the process', async () => {
  const { clock, sent, replies, model, ask, answer } = made();
  await replies.up(model.model);
  expect(model.channels).toHaveLength(0);
  const reply = ask();
  await settle();
  await clock.advance(100);
  expect(sent[0]).toMatchObject({ exchange: 'keelson.commands', routingKey: 'stock.reserve', timeoutMs: 500 });
  const properties = { ...sent[0]?.properties };
  expect(sent[0]?.prepare?.(properties)).toBe(true);
  expect(properties).toMatchObject({ replyTo: 'amq.gen-1', expiration: 400, correlationId: 'id', persistent: false });
  expect((properties.headers as Record<string, unknown>)['keelson-deadline']).toBe(1_500);
  answer('other');
  answer('id');
  expect((await reply).body.toString()).toBe('yes');
  expect([replies.waiting, clock.timers]).toEqual([0, 1]);
  replies.stop();
  expect(clock.timers).toBe(0);
});

test('its time is up: by then nobody knows', async () => {
  const { clock, confirms, replies, model, ask } = made();
  await replies.up(model.model);
  const end = ended(ask());
  await settle();
  confirms[0]?.resolve();
  await clock.advance(500);
  expect(await end).toBe('TIMEOUT unknown');
});

test('what the publish is rejected with, the request is', async () => {
  const { confirms, replies, model, ask } = made();
  await replies.up(model.model);
  const end = ended(ask());
  await settle();
  confirms[0]?.reject(Object.assign(new Error('no'), { code: 'PUBLISH_UNROUTABLE' }));
  expect(await end).toBe('PUBLISH_UNROUTABLE');
});

test('given up', async () => {
  const { confirms, replies, model, ask } = made();
  await replies.up(model.model);
  const abort = new AbortController();
  const end = ended(ask(500, abort.signal));
  await settle();
  confirms[0]?.resolve();
  await settle();
  abort.abort();
  expect(await end).toBe('ABORTED unknown');
});

test('a lost connection ends what the broker has, and what it has not waits for the next queue', async () => {
  const { sent, confirms, replies, model, ask } = made();
  await replies.up(model.model);
  const [gone, stays] = [ended(ask()), ended(ask())];
  await settle();
  expect(sent.map(({ properties }) => properties.correlationId)).toEqual(['id', 'id#2']);
  confirms[0]?.resolve();
  await settle();
  replies.down(new Error('lost'));
  expect(await gone).toBe('CONNECTION_FAILED unknown');
  expect(sent[1]?.prepare?.({})).toBe(false);
  const next = new FakeModel();
  await replies.up(next.model);
  expect(sent[1]?.prepare?.({})).toBe(true);
  next.last.onMessage?.(messageOf({ correlationId: 'id#2' }));
  expect(await stays).toBe('resolved');
});

test('a queue that is gone is made again', async () => {
  const { clock, sent, replies, model, ask } = made();
  await replies.up(model.model);
  void ask(60_000).catch(() => undefined);
  await settle();
  model.last.onMessage?.(null);
  expect(sent[0]?.prepare?.({})).toBe(false);
  await clock.advance(1_000);
  expect(model.channels).toHaveLength(2);
  expect(sent[0]?.prepare?.({})).toBe(true);
});

test('a queue that cannot be had is asked for again, while the request has time', async () => {
  const { clock, replies, model, ask } = made();
  await replies.up(model.model);
  model.unable = new Error('no');
  void ask(5_000).catch(() => undefined);
  await settle();
  model.unable = undefined;
  await clock.advance(1_000);
  expect(model.channels).toHaveLength(1);
});

test('so many at once, and none after the stop', async () => {
  const { replies, model, ask } = made(1);
  await replies.up(model.model);
  const first = ended(ask());
  await settle();
  expect(await ended(ask())).toBe('PUBLISH_BUFFER_FULL');
  replies.stop();
  expect(await first).toBe('STOPPED unknown');
});
