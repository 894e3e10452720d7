import { createMemoryBroker, memoryTransport } from '../../../src/messaging';
import { FakeClock, settle } from '../../support/fake-clock';
import { collector, command, envelope, event, limits } from './parcels';

test('transports of one broker reach each other; one without has its own', async () => {
  const broker = createMemoryBroker({ clock: new FakeClock() });
  const [publisher, subscriber, alone] = [memoryTransport({ broker }), memoryTransport({ broker }), memoryTransport()];
  const { deliver, ids } = collector();
  subscriber.consume(event(), deliver);
  await Promise.all([publisher, subscriber, alone].map((one) => one.start()));
  await publisher.publish(envelope(), limits());
  expect(ids()).toEqual([]);
  await settle();
  expect(ids()).toEqual(['1']);
  await expect(alone.publish(envelope(), limits())).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
  await Promise.all([publisher, subscriber, alone].map((one) => one.stop()));
});

test('a life', async () => {
  const clock = new FakeClock();
  const transport = memoryTransport({ clock });
  expect([transport.kind, transport.state, transport.outstanding]).toEqual(['memory', 'connecting', 0]);
  await expect(transport.publish(envelope(), limits())).rejects.toMatchObject({ code: 'NOT_STARTED', retryable: true });
  await expect(transport.request(envelope(), limits())).rejects.toMatchObject({ code: 'NOT_STARTED' });
  transport.consume(command(), collector().deliver);
  await transport.start();
  await transport.start();
  expect(transport.state).toBe('connected');
  const waiting = transport.request(envelope({ type: 'stock.reserve', deadline: clock.wall() + 1000 }), limits());
  expect(transport.details()).toEqual({ state: 'connected', queues: 1, requests: 1 });
  await transport.stop();
  await transport.stop();
  await transport.start();
  expect(transport.state).toBe('stopped');
  await expect(waiting).rejects.toMatchObject({ code: 'STOPPED', details: { outcome: 'unknown' } });
  await expect(transport.publish(envelope(), limits())).rejects.toMatchObject({ code: 'STOPPED', details: {} });
  expect(clock.timers).toBe(0);
});

test('nothing is sent for who has given up', async () => {
  const transport = memoryTransport({ clock: new FakeClock() });
  const { deliver, got } = collector();
  transport.consume(event(), deliver);
  await transport.start();
  const signal = AbortSignal.abort(new Error('enough'));
  const cause = { message: 'enough' };
  await expect(transport.publish(envelope(), limits({ signal }))).rejects.toMatchObject({ code: 'ABORTED', cause });
  await settle();
  expect(got).toEqual([]);
  await transport.stop();
});
