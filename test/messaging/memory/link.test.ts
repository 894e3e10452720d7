import { createMemoryBroker } from '../../../src/messaging';
import { FakeClock, settle } from '../../support/fake-clock';
import { RecordingLogger } from '../../support/recording';
import { collector, command, envelope, event, limits } from './parcels';

const note = { reason: 'failed', code: 'E', message: '', stack: undefined, attempts: 5 } as const;

test('it says why a message was not taken', () => {
  const link = createMemoryBroker({ clock: new FakeClock() }).connect(new RecordingLogger());
  link.open();
  expect(link.publish(envelope(), limits())).toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
  expect(link.request(envelope({ type: 'stock.reserve' }), () => undefined)).toMatchObject({
    code: 'PUBLISH_UNROUTABLE',
  });
  link.consume(event(), () => undefined);
  link.consume(command(), () => undefined);
  expect(link.publish(envelope(), limits())).toBeUndefined();
  expect(link.request(envelope({ type: 'stock.reserve' }), () => undefined)).toBeUndefined();
  link.close();
});

test('what it takes begins with it and ends with it', async () => {
  const link = createMemoryBroker({ clock: new FakeClock() }).connect(new RecordingLogger());
  const before = link.consume(event(), () => undefined);
  expect(before.state).toBe('waiting');
  link.open();
  link.open();
  expect(before.state).toBe('taking');
  const gone = link.consume(event(), () => undefined);
  await gone.close();
  link.close();
  link.close();
  const after = link.consume(event(), () => undefined);
  expect([before.state, gone.state, after.state]).toEqual(['closed', 'closed', 'closed']);
  await Promise.all([before.ready, gone.ready, after.ready]);
});

test('a subscription that cannot be is logged, with why', () => {
  const log = new RecordingLogger();
  const link = createMemoryBroker({ clock: new FakeClock() }).connect(log);
  link.open();
  link.consume(event(), () => undefined);
  const wrong = link.consume(event({ ordered: true }), () => undefined);
  expect(wrong).toMatchObject({ state: 'failed', error: { code: 'CONFIG_INVALID' } });
  expect(log.lines).toMatchObject([
    { level: 'error', message: 'messages cannot be taken', fields: { source: 'order.placed', err: wrong.error } },
  ]);
  link.close();
});

test('dead letters that had to go are logged, once for each queue', async () => {
  const log = new RecordingLogger();
  const broker = createMemoryBroker({ clock: new FakeClock(), maxQueueLength: 1 });
  const link = broker.connect(log);
  link.open();
  const { deliver, got } = collector();
  link.consume(event(), deliver);
  for (const id of ['a', 'b', 'c']) {
    link.publish(envelope({ id }), limits());
    await settle();
    await got.at(-1)?.bury(note);
    got.at(-1)?.ack();
  }
  expect(broker.deadLetters('order.placed.billing').map((letter) => letter.envelope.id)).toEqual(['c']);
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { queue: 'order.placed.billing' } }]);
  link.close();
});
