import { type Fault, type FaultSource, type FaultSubject } from '../../src/core';
import {
  createMemoryBroker,
  createMessaging,
  defineCommand,
  defineEvent,
  memoryDedupe,
  memoryTransport,
  type OwnedMessaging,
  type SubscribeOptions,
} from '../../src/messaging';
import { faultyStage } from '../../src/messaging/faulty-stage';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingLogger, RecordingTracing } from '../support/recording';
import { countingMeter } from './support/counting-meter';

const placed = defineEvent<number>('order.placed');
const reserve = defineCommand<number, string>('stock.reserve');

/** Messages over a real broker in memory; the next ones that are taken meet these faults. */
async function make(...faults: (Partial<Fault<'consume'>> | undefined)[]) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const tracing = new RecordingTracing();
  const meter = countingMeter();
  const asked: FaultSubject[] = [];
  const consume: FaultSource<'consume'> = {
    draw: (subject) => {
      asked.push(subject);
      const next = faults.shift();
      if (next === undefined || subject.kinds?.includes(next.kind as string) === false) return undefined;
      return { kind: 'fail', rule: 'r', delayMs: 0, status: 503, ...next };
    },
  };
  const messaging = createMessaging({
    source: 'billing',
    transport: memoryTransport({ broker: createMemoryBroker({ clock }), clock }),
    dedupe: memoryDedupe({ clock }),
    clock,
    log,
    tracing,
    meter,
    faults: { consume },
  });
  await messaging.start();
  messaging.open();
  const handled: string[] = [];
  const subscribe = (options: SubscribeOptions = {}, handler: () => void | Promise<void> = () => undefined) =>
    messaging.subscribe(
      placed,
      ({ data, attempt }) => {
        handled.push(`${data}#${attempt}`);
        return handler();
      },
      options,
    );
  return { messaging, clock, log, tracing, meter, asked, handled, subscribe };
}

const publish = async (messaging: OwnedMessaging, ...numbers: number[]): Promise<void> => {
  for (const number of numbers) await messaging.publish(placed, number, { headers: { tenant: 'acme' } });
  await settle();
};

test('no faults, no stage', () => {
  const parts = { clock: new FakeClock(), log: new RecordingLogger(), source: { kind: 'event', name: 'a.b' } as const };
  expect(faultyStage({ ...parts, faults: undefined })).toBeUndefined();
});

test('each message is asked about: type, group and header fields', async () => {
  const { messaging, asked, handled, subscribe } = await make();
  subscribe({ group: 'audit' });
  await publish(messaging, 1);
  expect(handled).toEqual(['1#1']);
  expect(asked).toEqual([
    {
      type: 'order.placed',
      group: 'audit',
      headers: expect.objectContaining({ tenant: 'acme' }),
      kinds: ['delay', 'fail', 'fail-after', 'drop', 'duplicate'],
    },
  ]);
});

test('fail: the handler does not run, and the message is handled by the ladder', async () => {
  const { messaging, clock, handled, subscribe, tracing, log } = await make({ kind: 'fail', rule: 'ill' });
  subscribe();
  await publish(messaging, 1);
  expect(handled).toEqual([]);
  const [, failed] = tracing.spans;
  expect(failed).toMatchObject({
    failed: 'FAULT_INJECTED',
    attributes: { 'keelson.fault': 'fail', 'keelson.fault.rule': 'ill' },
  });
  expect(log.messages('warn')).toEqual(['a message failed and will be handled again']);
  await clock.advance(1_000);
  expect(handled).toEqual(['1#2']);
});

test('fail-after: the handler has run, and runs again; dedupe must not skip it', async () => {
  const { messaging, clock, handled, subscribe } = await make({ kind: 'fail-after' });
  subscribe();
  await publish(messaging, 1);
  expect(handled).toEqual(['1#1']);
  await clock.advance(1_000);
  expect(handled).toEqual(['1#1', '1#2']);
});

test('fail-after leaves the failure of a handler as it is', async () => {
  const { messaging, log, subscribe } = await make({ kind: 'fail-after' });
  subscribe({}, () => {
    throw new Error('its own');
  });
  await publish(messaging, 1);
  expect(log.lines.find(({ level }) => level === 'warn')?.fields['err']).toMatchObject({ message: 'its own' });
});

test('drop: lost on its way is not lost; it comes again, and others overtake it', async () => {
  const { messaging, clock, handled, subscribe, meter } = await make({ kind: 'drop', delayMs: 300 });
  subscribe();
  await publish(messaging, 1, 2);
  expect(handled).toEqual(['2#1']);
  await clock.advance(299);
  expect(handled).toEqual(['2#1']);
  await clock.advance(1);
  // As the first time: nothing was tried.
  expect(handled).toEqual(['2#1', '1#1']);
  expect(Object.values(meter.read('messaging_retried_messages_total')).filter((count) => count > 0)).toEqual([]);
});

test('drop keeps the order where order was asked for', async () => {
  const { messaging, clock, handled, subscribe } = await make({ kind: 'drop', delayMs: 300 });
  subscribe({ ordered: true });
  await publish(messaging, 1, 2);
  expect(handled).toEqual([]);
  await clock.advance(300);
  expect(handled).toEqual(['1#1', '2#1']);
});

test('duplicate: the copy is skipped, as its id was handled', async () => {
  const { messaging, clock, handled, subscribe, meter } = await make({ kind: 'duplicate', delayMs: 10 });
  subscribe();
  await publish(messaging, 1);
  await clock.advance(10);
  expect(handled).toEqual(['1#1']);
  expect(Object.values(meter.read('messaging_duplicate_messages_total'))).toEqual([1]);
});

test('a copy is not copied again', async () => {
  const every = Array.from({ length: 50 }, () => ({ kind: 'duplicate' as const }));
  const { messaging, clock, subscribe, asked } = await make(...every);
  subscribe();
  await publish(messaging, 1);
  await clock.advance(60_000);
  expect(asked).toHaveLength(2);
  expect(asked[1]?.kinds).not.toContain('duplicate');
});

test('delay: the handler waits, and keeps its place', async () => {
  const { messaging, clock, handled, subscribe } = await make({ kind: 'delay', delayMs: 200 });
  subscribe({ concurrency: 1 });
  await publish(messaging, 1, 2);
  await clock.advance(199);
  expect(handled).toEqual([]);
  await clock.advance(1);
  expect(handled).toEqual(['1#1', '2#1']);
});

test('a delay does not hold up a service that cannot wait: the message is given back', async () => {
  const { messaging, clock, handled, subscribe, log } = await make({ kind: 'delay', delayMs: 60_000 });
  subscribe();
  await publish(messaging, 1);
  expect(await messaging.finish(AbortSignal.abort())).toBe(0);
  expect([handled, clock.timers, log.messages('error')]).toEqual([[], 0, []]);
});

test('a command is answered with the fault, or late; it is neither dropped nor copied', async () => {
  const { messaging, clock, asked } = await make(
    { kind: 'fail' },
    { kind: 'fail-after' },
    { kind: 'delay', delayMs: 5 },
  );
  const handled: number[] = [];
  messaging.handle(reserve, ({ data }) => {
    handled.push(data);
    return 'done';
  });
  await expect(messaging.send(reserve, 1)).rejects.toMatchObject({
    code: 'REPLY_FAILED',
    cause: { code: 'FAULT_INJECTED' },
  });
  await expect(messaging.send(reserve, 2)).rejects.toMatchObject({ cause: { code: 'FAULT_INJECTED' } });
  const reply = messaging.send(reserve, 3);
  await clock.advance(5);
  expect([await reply, handled]).toEqual(['done', [2, 3]]);
  expect(asked[0]).toMatchObject({ type: 'stock.reserve', kinds: ['delay', 'fail', 'fail-after'] });
  expect(asked[0]).not.toHaveProperty('group');
});
