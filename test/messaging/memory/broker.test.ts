import { createMemoryBroker, memoryTransport, type Delivery, type Transport } from '../../../src/messaging';
import { FakeClock, settle } from '../../support/fake-clock';
import { collector, command, envelope, event, limits } from './parcels';

const note = { reason: 'failed', code: 'E', message: 'm', stack: undefined, attempts: 5 } as const;

async function start(options: Parameters<typeof createMemoryBroker>[0] = {}): Promise<{
  clock: FakeClock;
  broker: ReturnType<typeof createMemoryBroker>;
  transport: Transport;
}> {
  const clock = new FakeClock();
  const broker = createMemoryBroker({ clock, ...options });
  const transport = memoryTransport({ broker });
  await transport.start();
  return { clock, broker, transport };
}

test('what is in it can be looked at', async () => {
  const { broker, transport, clock } = await start();
  const { deliver, got } = collector();
  transport.consume(event({ prefetch: 2 }), deliver);
  transport.consume(command(), deliver);
  for (const id of ['a', 'b', 'c']) await transport.publish(envelope({ id }), limits());
  await transport.publish(envelope({ id: 'late' }), limits({ delayMs: 1000 }));
  await settle();
  await got[0]?.bury(note);
  expect(broker.queues()).toEqual([
    { name: 'order.placed.billing', ready: 1, unacked: 2, delayed: 1, deadLetters: 1, consumers: 1 },
    { name: 'stock.reserve', ready: 0, unacked: 0, delayed: 0, deadLetters: 0, consumers: 1 },
  ]);
  expect(broker.deadLetters('order.placed.billing')).toEqual([
    { envelope: envelope({ id: 'a' }), note, time: new Date(clock.wall()).toISOString() },
  ]);
  expect([broker.deadLetters('nowhere'), broker.replay('nowhere')]).toEqual([[], 0]);
  got[0]?.ack();
  expect(broker.replay('order.placed.billing')).toBe(1);
  await settle();
  await transport.stop();
  expect(broker.queues()[0]).toMatchObject({ ready: 3, unacked: 0, delayed: 1, deadLetters: 0, consumers: 0 });
});

test('a full queue refuses for all groups, and takes again when there is room', async () => {
  const { transport, broker } = await start({ maxQueueLength: 2 });
  const { deliver, got } = collector();
  transport.consume(event({ group: 'slow' }), deliver);
  const fast: Delivery[] = [];
  transport.consume(event({ group: 'fast' }), (delivery) => {
    fast.push(delivery);
    delivery.ack();
  });
  await transport.publish(envelope({ id: 'a' }), limits());
  await transport.publish(envelope({ id: 'b' }), limits({ delayMs: 5 }));
  const refused = { code: 'PUBLISH_NACKED', retryable: true, details: { queue: 'order.placed.slow' } };
  await expect(transport.publish(envelope({ id: 'c' }), limits())).rejects.toMatchObject(refused);
  await settle();
  expect(fast.map((delivery) => delivery.envelope.id)).toEqual(['a']);
  got[0]?.ack();
  await transport.publish(envelope({ id: 'd' }), limits());
  expect(broker.queues()[0]).toMatchObject({ ready: 1, delayed: 1 });
  await transport.stop();
});

test('a full queue of commands refuses, too', async () => {
  const { transport, clock } = await start({ maxQueueLength: 1, maxQueueBytes: 10_000 });
  transport.consume(command(), () => undefined);
  const order = envelope({ type: 'stock.reserve', deadline: clock.wall() + 1000 });
  const big = transport.request({ ...order, body: Buffer.alloc(10_000) }, limits());
  await expect(big).rejects.toMatchObject({ code: 'PUBLISH_NACKED', details: { queue: 'stock.reserve' } });
  const first = transport.request(order, limits());
  await expect(transport.request(order, limits())).rejects.toMatchObject({ code: 'PUBLISH_NACKED' });
  await transport.stop();
  await expect(first).rejects.toMatchObject({ code: 'STOPPED' });
});

test('a consumer that takes without end leaves room for the rest of the process', async () => {
  const { transport } = await start();
  let taken = 0;
  transport.consume(event({ prefetch: 10_000 }), (delivery) => {
    taken += 1;
    delivery.ack();
    void transport.publish(envelope(), limits());
  });
  await transport.publish(envelope(), limits());
  await settle();
  const before = taken;
  await settle();
  expect(taken).toBeGreaterThan(before);
  await transport.stop();
});

test('one that throws does not keep the messages from others', async () => {
  const { transport } = await start();
  const { deliver, ids } = collector();
  const bad = collector();
  transport.consume(event({ group: 'bad' }), (delivery) => {
    bad.deliver(delivery);
    throw new Error('must not');
  });
  transport.consume(event(), deliver);
  await settle();
  const soon: (() => void)[] = [];
  const later = jest.spyOn(globalThis, 'setImmediate').mockImplementation(((call: () => void) => {
    soon.push(call);
  }) as unknown as typeof setImmediate);
  await transport.publish(envelope({ id: 'a' }), limits());
  await transport.publish(envelope({ id: 'b' }), limits());
  const thrown: unknown[] = [];
  for (let call = soon.shift(); call !== undefined; call = soon.shift()) {
    try {
      call();
    } catch (error) {
      thrown.push(error);
    }
  }
  later.mockRestore();
  expect([thrown.length, bad.ids(), ids()]).toEqual([2, ['a', 'b'], ['a', 'b']]);
  await transport.stop();
});

test('what waits for its time goes on waiting while no transport is connected', async () => {
  const { transport, broker, clock } = await start();
  transport.consume(event(), () => undefined);
  await transport.publish(envelope({ id: 'a' }), limits({ delayMs: 100 }));
  await transport.stop();
  expect(clock.timers).toBe(0);
  await clock.advance(500);
  const next = memoryTransport({ broker });
  const { deliver, ids } = collector();
  next.consume(event(), deliver);
  await next.start();
  await clock.advance(0);
  expect(ids()).toEqual(['a']);
  await next.stop();
});

test('a delayed event goes to whoever subscribes by then', async () => {
  const { transport, clock } = await start();
  const [here, there] = [collector(), collector()];
  transport.consume(event(), here.deliver);
  await transport.publish(envelope({ id: 'a' }), limits({ delayMs: 100 }));
  transport.consume(event({ group: 'shipping' }), there.deliver);
  await clock.advance(100);
  expect([here.ids(), there.ids()]).toEqual([['a'], ['a']]);
  await transport.stop();
});

test.each([
  [{ maxQueueLength: 0 }, 'maxQueueLength must be a whole number of 1 or more, not 0'],
  [{ maxQueueLength: 1.5 }, 'maxQueueLength must be a whole number of 1 or more, not 1.5'],
  [{ maxQueueBytes: '1' as unknown as number }, 'maxQueueBytes must be a whole number of 1 or more, not string'],
])('limits are checked', (options, message) => {
  expect(() => createMemoryBroker(options)).toThrow(message);
});
