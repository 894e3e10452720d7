import { connect } from 'amqplib';
import { type Envelope, type Transport } from '../../../src/messaging';
import { amqpTransport } from '../../../src/messaging/amqp';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeModel, messageOf } from './support/fake-amqp';
import { ended } from './support/outgoing';

jest.mock('amqplib', () => ({ connect: jest.fn() }));
const connecting = connect as unknown as jest.Mock;

const event: Envelope = {
  id: 'id',
  type: 'order.placed',
  source: 's',
  time: '2026-01-01T00:00:00Z',
  key: undefined,
  contentType: 'application/json',
  headers: {},
  body: Buffer.from('1'),
  attempt: 1,
  deadline: undefined,
};
const limits = { timeoutMs: 1_000, signal: undefined, ttlMs: undefined, delayMs: 0 };
const source = { kind: 'event', name: 'order.placed', group: 'g', prefetch: 1, ordered: false, delaysMs: [] } as const;

function made(): { transport: Transport; clock: FakeClock; models: Map<string, FakeModel> } {
  const clock = new FakeClock();
  const models = new Map<string, FakeModel>();
  connecting.mockReset();
  connecting.mockImplementation(async (_: unknown, settings: { clientProperties: { connection_name: string } }) => {
    const model = new FakeModel();
    models.set(settings.clientProperties.connection_name, model);
    return model;
  });
  return { transport: amqpTransport({ url: 'amqp://u:sesame@rabbit', service: 'shop', clock }), clock, models };
}

test('constructing opens nothing; before the start and after the stop nothing is taken', async () => {
  const { transport, clock } = made();
  expect([transport.kind, transport.state, transport.outstanding, clock.timers]).toEqual([
    'rabbitmq',
    'connecting',
    0,
    0,
  ]);
  expect(await ended(transport.publish(event, limits))).toBe('NOT_STARTED');
  await transport.stop();
  expect(await ended(transport.request(event, limits))).toBe('STOPPED');
  expect(await ended(transport.start())).toBe('STOPPED');
  expect([transport.state, clock.timers]).toEqual(['stopped', 0]);
});

test('events are taken on a connection of their own, once there is something to take', async () => {
  const { transport, models } = made();
  await transport.start();
  expect([...models.keys()]).toEqual(['shop']);
  const seen: string[] = [];
  const consumption = transport.consume(source, (delivery) => {
    seen.push(delivery.envelope.type);
    delivery.ack();
  });
  await consumption.ready;
  models.get('shop (events)')?.last.onMessage?.(messageOf());
  expect(seen).toEqual(['order.placed']);
  const handling = transport.consume({ kind: 'command', name: 'stock.reserve', prefetch: 1 }, () => undefined);
  await handling.ready;
  expect(models.get('shop')?.last.named('consume')).toHaveLength(1);
  await transport.stop();
  expect([consumption.state, handling.state]).toEqual(['closed', 'closed']);
});

test('publishes with all that is said of the event', async () => {
  const { transport, clock, models } = made();
  await transport.start();
  const sent = [
    ended(transport.publish(event, { ...limits, ttlMs: 50 })),
    ended(transport.publish(event, { ...limits, delayMs: 1_234 })),
  ];
  await settle();
  const channel = models.get('shop')?.channels.find((one) => one.named('publish').length > 0);
  expect(channel?.named('publish').map((args) => args.slice(0, 2))).toEqual([
    ['order', 'order.placed'],
    ['keelson.delay.1300.order', 'order.placed'],
  ]);
  const [first] = channel?.named('publish') ?? [];
  expect(first?.[3]).toMatchObject({ headers: { 'keelson-expires': clock.wall() + 50 } });
  channel?.emit('ack', { deliveryTag: 2, multiple: true });
  expect(await Promise.all(sent)).toEqual(['resolved', 'resolved']);
  await transport.stop();
});

test('says where it is connected to and what failed, without a password', async () => {
  const { transport, clock, models } = made();
  connecting.mockRejectedValueOnce(new Error('ECONNREFUSED'));
  const abort = new AbortController();
  const started = transport.start(abort.signal);
  await settle();
  expect(transport.details()).toEqual({ address: 'amqp://rabbit:5672', state: 'connecting', error: 'ECONNREFUSED' });
  abort.abort();
  await started;
  await clock.advance(100);
  expect(transport.state).toBe('connected');
  models.get('shop')?.emit('blocked', 'low on memory');
  expect(transport.details()).toEqual({ address: 'amqp://rabbit:5672', state: 'blocked' });
  models.get('shop')?.emit('close');
  expect(transport.state).toBe('connecting');
  await transport.stop();
  expect(clock.timers).toBe(0);
});

test('a stop waits for confirms as long as it may', async () => {
  const { transport, clock } = made();
  await transport.start();
  const end = ended(transport.publish(event, { ...limits, timeoutMs: 60_000 }));
  await settle();
  const abort = new AbortController();
  const stopped = transport.stop(abort.signal);
  await clock.advance(8_000);
  expect(transport.outstanding).toBe(1);
  abort.abort();
  await stopped;
  expect(await end).toBe('STOPPED unknown');
});

test('once one connection stands the other is tried at once', async () => {
  const { clock, models } = made();
  const waits = [0.2, 0.9];
  const options = { url: 'amqp://rabbit', service: 'shop', clock, random: () => waits.shift() ?? 0.5 };
  const transport = amqpTransport(options);
  for (let i = 0; i < 2; i++) connecting.mockRejectedValueOnce(new Error('ECONNREFUSED'));
  transport.consume(source, () => undefined);
  const started = transport.start();
  await settle();
  expect(models.size).toBe(0);
  await clock.advance(20);
  expect([...models.keys()]).toEqual(['shop', 'shop (events)']);
  await started;
  await transport.stop();
});
