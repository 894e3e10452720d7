import { trace } from '@opentelemetry/api';
import { currentScope, KeelsonError } from '../../src/core';
import {
  createMemoryBroker,
  createMessaging,
  defineCommand,
  defineEvent,
  memoryDedupe,
  memoryTransport,
  type MemoryBroker,
  type MessagingParts,
  type OwnedMessaging,
} from '../../src/messaging';
import { createTracing, resolveTracingSettings } from '../../src/tracing';
import { eventually } from '../support/eventually';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';
import { checkOtlp } from '../tracing/support/check-otlp';
import { startCollector } from '../tracing/support/collector';
import { gate, make } from './support/make';

const placed = defineEvent<{ n: number }>('order.placed');
const reserve = defineCommand<{ n: number }, { left: number }>('stock.reserve');

describe('what it is made from', () => {
  test.each([
    ['a source that is no name', { source: 'Billing!' }],
    ['a limit out of its range', { limits: { prefetch: 0 } }],
  ])('is checked: %s', (_, parts) => {
    expect(() => make(parts)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test('opens nothing', async () => {
    const { transport, messaging, clock } = make();
    messaging.subscribe(placed, () => undefined);
    messaging.handle(reserve, () => ({ left: 1 }));
    await settle();
    expect([transport.log, clock.timers]).toEqual([[], 0]);
    await messaging.start();
    expect(transport.log).toEqual(['start']);
    expect(messaging.sources()).toEqual([
      expect.objectContaining({ kind: 'event', name: 'order.placed', group: 'billing' }),
      { kind: 'command', name: 'stock.reserve', prefetch: 100 },
    ]);
  });

  test('works with the two that it needs', async () => {
    const messaging = createMessaging({ source: 'a', transport: memoryTransport() });
    await messaging.start();
    messaging.handle(reserve, () => ({ left: 2 }));
    messaging.open();
    await settle();
    expect(await messaging.send(reserve, { n: 1 })).toEqual({ left: 2 });
    await messaging.pause();
    await messaging.stop();
  });
});

describe('a subscription', () => {
  test.each([
    ['a group that is no name', { group: 'a.b' }],
    ['the group dlq', { group: 'dlq' }],
    ['no handler at once', { concurrency: 0 }],
    ['a ladder without an end', { retry: { delaysMs: Array.from({ length: 21 }, () => 1) } }],
    ['no time', { timeoutMs: 0 }],
  ])('is checked: %s', (_, options) => {
    const { messaging } = make();
    const subscribe = (): unknown => messaging.subscribe(placed, () => undefined, options);
    expect(subscribe).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', retryable: false }));
    expect(messaging.sources()).toEqual([]);
  });

  test('is one for each group, and each command has one handler', () => {
    const { messaging } = make();
    messaging.subscribe(placed, () => undefined);
    messaging.subscribe(placed, () => undefined, { group: 'mail' });
    messaging.handle(reserve, () => ({ left: 1 }));
    expect(() => messaging.subscribe(placed, () => undefined, { group: 'billing' })).toThrow('taken already');
    expect(() => messaging.handle(reserve, () => ({ left: 1 }))).toThrow('the command stock.reserve is taken already');
    expect(() => messaging.handle(reserve, () => ({ left: 1 }), { concurrency: 0 })).toThrow(
      'the command stock.reserve: concurrency',
    );
  });
});

test('publishes that wait for the broker can be read', () => {
  const { meter, transport } = make();
  transport.outstanding = 7;
  expect(meter.gaugeOf('messaging_outstanding_publishes')).toBe(7);
});

describe('finish', () => {
  test('waits for what runs', async () => {
    const { messaging, transport } = make();
    const handling = gate();
    messaging.subscribe(placed, () => handling.promise);
    messaging.open();
    await settle();
    const delivery = transport.deliver({ data: { n: 1 } });
    await settle();
    const finishing = messaging.finish(new AbortController().signal);
    await settle();
    expect(transport.log).toEqual(['consume', 'pause']);
    handling.open();
    expect(await finishing).toBe(0);
    expect([delivery.acked, transport.log.at(-1)]).toEqual([true, 'close']);
  });

  test('cuts what runs when its signal aborts: given back as it was, neither acked nor postponed, and its claim is free', async () => {
    const released: string[] = [];
    const dedupe = {
      claim: () => 'claimed' as const,
      done: () => undefined,
      release: (id: string) => void released.push(id),
    };
    const { messaging, transport, log, clock } = make({ dedupe });
    messaging.subscribe(
      placed,
      ({ signal }) => new Promise((_, reject) => (signal.onabort = () => reject(signal.reason as Error))),
    );
    messaging.open();
    await settle();
    const delivery = transport.deliver({ id: 'one', data: { n: 1 } });
    await settle();
    const grace = new AbortController();
    const finishing = messaging.finish(grace.signal);
    await settle();
    grace.abort();
    expect(await finishing).toBe(0);
    expect([delivery.acked, delivery.postponed, delivery.buried]).toEqual([false, [], []]);
    expect([released, transport.log.at(-1), log.lines, clock.timers]).toEqual([
      ['order.placed/billing/shop/one'],
      'close',
      [],
      0,
    ]);
  });

  test('what succeeds although it was cut is acked', async () => {
    const { messaging, transport } = make();
    messaging.subscribe(placed, ({ signal }) => new Promise((resolve) => (signal.onabort = () => resolve())));
    messaging.open();
    await settle();
    const delivery = transport.deliver({ data: { n: 1 } });
    await settle();
    expect(await messaging.finish(AbortSignal.abort())).toBe(0);
    expect(delivery.acked).toBe(true);
  });

  test('does not wait for what ignores its signal for more than a second, and counts it', async () => {
    const { messaging, transport, clock } = make();
    messaging.subscribe(placed, () => new Promise(() => undefined));
    messaging.handle(reserve, () => new Promise(() => undefined));
    messaging.open();
    await settle();
    const [events, commands] = transport.consumptions;
    const held = [events, events, commands].map((to) => transport.deliver({ data: { n: 1 } }, to));
    await settle();
    let left: number | undefined;
    void messaging.finish(AbortSignal.abort()).then((count) => (left = count));
    await clock.advance(999);
    expect(left).toBeUndefined();
    await clock.advance(1);
    expect(left).toBe(3);
    expect(held.map(({ acked }) => acked)).toEqual([false, false, false]);
    expect([events?.state, clock.timers]).toEqual(['taking', 0]);
  });

  test('ends the repeated tries to put a message away: it is not acked', async () => {
    const { messaging, transport, clock } = make();
    messaging.subscribe(placed, () => Promise.reject(new Error('no')));
    messaging.open();
    await settle();
    const delivery = transport.deliver({ data: { n: 1 } });
    delivery.refusals = Array.from({ length: 100 }, () => Promise.reject(new Error('nacked')));
    await clock.advance(500);
    expect(await messaging.finish(AbortSignal.abort())).toBe(0);
    await clock.advance(60_000);
    expect([delivery.acked, transport.log.at(-1), clock.timers]).toEqual([false, 'close', 0]);
  });

  test('a command that was cut is answered', async () => {
    const { messaging, transport } = make();
    messaging.handle(
      reserve,
      ({ signal }) => new Promise((_, reject) => (signal.onabort = () => reject(signal.reason as Error))),
    );
    messaging.open();
    await settle();
    const delivery = transport.deliver({ data: { n: 1 } });
    await settle();
    await messaging.finish(AbortSignal.abort());
    expect(delivery.reply1.value).toMatchObject({ code: 'STOPPED', retryable: true });
    expect(delivery.acked).toBe(true);
  });
});

describe('over the memory transport', () => {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const running: OwnedMessaging[] = [];
  let broker: MemoryBroker;

  beforeEach(() => {
    broker = createMemoryBroker({ clock });
  });

  afterEach(async () => {
    for (const messaging of running.splice(0)) {
      await messaging.finish(AbortSignal.abort());
      await messaging.stop();
    }
  });

  async function service(source: string, more: Partial<MessagingParts> = {}): Promise<OwnedMessaging> {
    const messaging = createMessaging({ source, transport: memoryTransport({ broker }), clock, log, ...more });
    running.push(messaging);
    await messaging.start();
    messaging.open();
    return messaging;
  }

  test('each group gets every event, and its members share them', async () => {
    const [shop, one, two] = [await service('shop'), await service('billing'), await service('billing')];
    const seen: string[] = [];
    one.subscribe(placed, ({ data }) => void seen.push(`one ${data.n}`));
    two.subscribe(placed, ({ data }) => void seen.push(`two ${data.n}`));
    one.subscribe(placed, ({ data }) => void seen.push(`mail ${data.n}`), { group: 'mail' });
    await settle();
    for (let n = 0; n < 10; n += 1) await shop.publish(placed, { n });
    await settle();
    expect(seen.filter((line) => line.startsWith('mail'))).toHaveLength(10);
    const shared = seen.filter((line) => !line.startsWith('mail'));
    expect(new Set(shared.map((line) => line.split(' ')[1])).size).toBe(10);
    expect([shared.length, new Set(shared.map((line) => line.split(' ')[0])).size]).toEqual([10, 2]);
  });

  test('a failure climbs the ladder and ends among the dead letters; the others flow', async () => {
    const shop = await service('shop');
    const attempts: number[] = [];
    let others = 0;
    shop.subscribe(placed, ({ data, attempt }) => {
      if (data.n !== 0) return void (others += 1);
      attempts.push(attempt);
      throw new KeelsonError('NOT_YET', 'no', { retryable: true });
    });
    await settle();
    for (let n = 0; n < 5; n += 1) await shop.publish(placed, { n });
    await settle();
    expect([attempts, others]).toEqual([[1], 4]);
    for (const ms of [1_000, 5_000, 30_000, 120_000]) await clock.advance(ms);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    await clock.advance(600_000);
    expect(attempts).toHaveLength(5);
    const letters = broker.deadLetters('order.placed.shop');
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ note: { reason: 'failed', code: 'NOT_YET', attempts: 5 } });
  });

  test('an error of a command crosses with its code, status, details and whether it may be tried again', async () => {
    const [shop, stock] = [await service('shop'), await service('stock')];
    const cause = new KeelsonError('OUT_OF_STOCK', 'none left', {
      retryable: false,
      status: 409,
      details: { left: 0 },
    });
    stock.handle(reserve, () => Promise.reject(cause));
    await settle();
    await expect(shop.send(reserve, { n: 1 })).rejects.toMatchObject({
      code: 'REPLY_FAILED',
      retryable: false,
      status: 502,
      cause: { code: 'OUT_OF_STOCK', message: 'none left', retryable: false, status: 409, details: { left: 0 } },
    });
  });

  test('nobody subscribes, nobody handles', async () => {
    const shop = await service('shop');
    await expect(shop.publish(placed, { n: 1 })).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
    await expect(shop.send(reserve, { n: 1 })).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' });
    await shop.publish(defineEvent<{ n: number }>('order.placed', { unroutable: 'drop' }), { n: 1 });
  });

  test('the deadline of a command ends what it sends in turn', async () => {
    const shop = await service('shop');
    const inner = defineCommand<number, number>('stock.count');
    const errors: unknown[] = [];
    shop.handle(inner, () => new Promise(() => undefined));
    shop.handle(reserve, async ({ deadline }) => {
      expect(currentScope()?.work?.deadline).toBe(deadline);
      await shop.send(inner, 1, { timeoutMs: 60_000 }).catch((error: unknown) => errors.push(error));
      return { left: 0 };
    });
    await settle();
    const sending = expect(shop.send(reserve, { n: 1 }, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await clock.advance(300);
    await sending;
    expect(errors).toEqual([expect.objectContaining({ code: 'DEADLINE_EXCEEDED' })]);
  });

  test('what is not begun at a pause is handled by another', async () => {
    const dedupe = memoryDedupe({ clock });
    const [shop, one] = [await service('shop'), await service('billing', { dedupe })];
    const waiting = gate();
    const seen: string[] = [];
    one.subscribe(
      placed,
      async ({ data }) => {
        seen.push(`one ${data.n}`);
        await waiting.promise;
      },
      { concurrency: 1 },
    );
    await settle();
    for (let n = 0; n < 5; n += 1) await shop.publish(placed, { n });
    await settle();
    const two = await service('billing', { dedupe });
    two.subscribe(placed, ({ data }) => void seen.push(`two ${data.n}`));
    await settle();
    expect(seen).toEqual(['one 0']);
    const paused = one.pause();
    waiting.open();
    await paused;
    await settle();
    expect(seen).toEqual(['one 0', 'two 1', 'two 2', 'two 3', 'two 4']);
  });

  test('what a handler publishes is a child of its span, across two services', async () => {
    const collector = await startCollector();
    const settings = resolveTracingSettings({ exporterOtlpEndpoint: collector.url });
    const tracing = createTracing({ service: { name: 'shop', version: '1', instance: 'a' }, settings, clock });
    tracing.start();
    const [shop, depot] = [await service('shop', { tracing }), await service('depot', { tracing })];
    const shipped = defineEvent<number>('order.shipped');
    const seen: unknown[] = [];
    depot.subscribe(placed, async ({ data }) => {
      await Promise.resolve();
      await depot.publish(shipped, data.n);
    });
    shop.subscribe(shipped, ({ headers }) => void seen.push(headers['x-request-id'], currentScope()?.work?.requestId));
    await settle();
    await shop.publish(placed, { n: 1 }, { headers: { 'x-request-id': 'r-1' } });
    await clock.advance(0);
    await settle();
    expect(seen).toEqual(['r-1', 'r-1']);
    await tracing.stop(new AbortController().signal);
    await collector.close();
    trace.disable();
    const { spans } = checkOtlp(collector.requests[0]?.body ?? '');
    const chain = ['publish order.placed', 'process order.placed', 'publish order.shipped', 'process order.shipped'];
    const found = chain.map((name) => spans.find((span) => span.name === name));
    expect(found.map((span) => span?.kind)).toEqual([4, 5, 4, 5]);
    expect(new Set(found.map((span) => span?.traceId)).size).toBe(1);
    expect(found.map((span) => span?.parentSpanId)).toEqual([
      undefined,
      ...found.slice(0, 3).map((span) => span?.spanId),
    ]);
  });
});

test('who opens and publishes at once finds a subscriber', async () => {
  const event = defineEvent<number>('at.once');
  const messaging = createMessaging({ source: 'shelf', transport: memoryTransport() });
  const seen: number[] = [];
  messaging.subscribe(event, ({ data }) => void seen.push(data));
  await messaging.start();
  messaging.open();
  await messaging.publish(event, 1);
  await eventually(() => seen.length === 1 || undefined, 'it is handled');
  await messaging.finish(AbortSignal.timeout(5_000));
  await messaging.stop();
});
