import { KeelsonError } from '../../src/core';
import { defineCommand, defineEvent, type Message } from '../../src/messaging';
import { settle } from '../support/fake-clock';
import { gate, make, type Gate } from './support/make';

const placed = defineEvent<{ n: number }>('order.placed');
const reserve = defineCommand<{ n: number }, string>('stock.reserve');

/** A handler whose every call waits for its own gate. */
function gated() {
  const gates: Gate[] = [];
  const seen: Message<{ n: number }>[] = [];
  const handler = (message: Message<{ n: number }>): Promise<void> => {
    seen.push(message);
    const one = gate();
    gates.push(one);
    return one.promise;
  };
  const at = (index: number): Gate => gates[index] as Gate;
  return { seen, at, handler };
}

describe('what is taken', () => {
  test('nothing before it is open, and then what comes', async () => {
    const { messaging, transport } = make();
    const { seen, handler } = gated();
    messaging.subscribe(placed, handler, { group: 'mail' });
    await settle();
    expect(transport.consumptions).toHaveLength(0);
    messaging.open();
    await settle();
    expect(transport.last.source).toEqual({
      kind: 'event',
      name: 'order.placed',
      group: 'mail',
      prefetch: 100,
      ordered: false,
      delaysMs: [1_000, 5_000, 30_000, 120_000],
    });
    transport.deliver({ data: { n: 1 } });
    await settle();
    expect(seen.map(({ data }) => data)).toEqual([{ n: 1 }]);
  });

  test('so many at once, and not one more', async () => {
    const { messaging, transport } = make();
    const { seen, at, handler } = gated();
    messaging.subscribe(placed, handler, { concurrency: 3 });
    messaging.open();
    await settle();
    for (let n = 0; n < 10; n += 1) transport.deliver({ data: { n } });
    await settle();
    expect(seen).toHaveLength(3);
    at(1).open();
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, 1, 2, 3]);
    at(0).fail(new Error('no'));
    at(2).open();
    await settle();
    expect(seen).toHaveLength(6);
  });

  test('what was lost before it began is not begun', async () => {
    const { messaging, transport } = make();
    const { seen, at, handler } = gated();
    messaging.subscribe(placed, handler, { concurrency: 1 });
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 0 } });
    const lost = transport.deliver({ data: { n: 1 } });
    transport.deliver({ data: { n: 2 } });
    lost.lost = true;
    at(0).open();
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, 2]);
    expect([lost.acked, lost.postponed]).toEqual([false, []]);
  });

  test('tens of thousands that were lost at once are passed over', async () => {
    const { messaging, transport } = make({ limits: { prefetch: 65_535 } });
    const { seen, at, handler } = gated();
    messaging.subscribe(placed, handler, { concurrency: 1 });
    messaging.open();
    await settle();
    const held = Array.from({ length: 60_000 }, (_, n) => transport.deliver({ data: { n } }));
    for (const delivery of held.slice(1)) delivery.lost = true;
    transport.deliver({ data: { n: -1 } });
    at(0).open();
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, -1]);
  });
});

describe('a close', () => {
  test('takes no more, lets what runs end, gives the rest back, and only then is over', async () => {
    const { messaging, transport } = make();
    const { seen, at, handler } = gated();
    const subscription = messaging.subscribe(placed, handler, { concurrency: 1 });
    messaging.open();
    await settle();
    const first = transport.deliver({ data: { n: 1 } });
    const second = transport.deliver({ data: { n: 2 } });
    let over = false;
    const closing = subscription.close().then(() => (over = true));
    const third = transport.deliver({ data: { n: 3 } });
    await settle();
    expect([over, transport.log.includes('close')]).toEqual([false, false]);
    at(0).open();
    await closing;
    expect(transport.log.slice(-3)).toEqual(['pause', `ack ${first.envelope.id}`, 'close']);
    expect([second.acked, third.acked, seen.length]).toEqual([false, false, 1]);
  });

  test('what comes while the transport still pauses is not begun', async () => {
    const { messaging, transport } = make();
    const { seen, handler } = gated();
    messaging.subscribe(placed, handler);
    messaging.open();
    await settle();
    const pausing = gate();
    transport.last.pausing = pausing.promise;
    const paused = messaging.pause();
    await settle();
    const late = transport.deliver({ data: { n: 1 } });
    pausing.open();
    await paused;
    expect([seen.length, late.acked]).toEqual([0, false]);
  });

  test('twice is once', async () => {
    const { messaging, transport } = make();
    const subscription = messaging.subscribe(placed, () => undefined);
    messaging.open();
    await settle();
    await Promise.all([subscription.close(), subscription.close(), messaging.pause()]);
    await subscription.close();
    expect(transport.log).toEqual(['consume', 'pause', 'close']);
  });

  test('and the same can be subscribed to again, but not before', async () => {
    const { messaging, transport } = make();
    const { at, handler } = gated();
    const subscription = messaging.subscribe(placed, handler);
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 1 } });
    const closing = subscription.close();
    expect(() => messaging.subscribe(placed, handler)).toThrow('taken already');
    await settle();
    at(0).open();
    await closing;
    messaging.subscribe(placed, handler);
    await settle();
    await subscription.close();
    expect(transport.log.at(-1)).toBe('consume');
    expect(messaging.sources()).toHaveLength(1);
  });

  test('of a subscription is final, also when the service pauses and opens meanwhile', async () => {
    const { messaging, transport } = make();
    const { at, handler } = gated();
    const subscription = messaging.subscribe(placed, handler);
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 1 } });
    const closing = subscription.close();
    void messaging.pause();
    messaging.open();
    await settle();
    at(0).open();
    await closing;
    await settle();
    expect(transport.log.filter((line) => line === 'consume')).toHaveLength(1);
    expect([transport.last.state, messaging.sources()]).toEqual(['closed', []]);
  });

  test('by the handler itself, while the transport is about to deliver, leaves nothing open', async () => {
    const { messaging, transport } = make();
    transport.atOnce = [{ data: { n: 1 } }];
    let closed: Promise<void> | undefined;
    const subscription = messaging.subscribe(placed, () => {
      closed ??= subscription.close();
    });
    messaging.open();
    await settle();
    await closed;
    expect(transport.log).toEqual(['consume', expect.stringMatching(/^ack/), 'pause', 'close']);
    expect(transport.last.state).toBe('closed');
  });
});

describe('pause and open', () => {
  test('opens again when it is opened while it closes', async () => {
    const { messaging, transport } = make();
    const { seen, at, handler } = gated();
    messaging.subscribe(placed, handler);
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 1 } });
    const paused = messaging.pause();
    await settle();
    messaging.open();
    await settle();
    expect(transport.log).toEqual(['consume', 'pause']);
    at(0).open();
    await paused;
    expect(transport.log.slice(-2)).toEqual(['close', 'consume']);
    transport.deliver({ data: { n: 2 } });
    await settle();
    expect(seen).toHaveLength(2);
  });

  test('closes when it is paused while it opens, and at last is what was asked for last', async () => {
    const { messaging, transport } = make();
    messaging.subscribe(placed, () => undefined);
    messaging.open();
    await messaging.pause();
    await settle();
    expect(transport.log.filter((line) => line === 'consume').length).toBe(
      transport.log.filter((line) => line === 'close').length,
    );
    for (let n = 0; n < 5; n += 1) {
      void messaging.pause();
      messaging.open();
    }
    await settle();
    expect(transport.last.state).toBe('taking');
    messaging.open();
    void messaging.pause();
    await settle();
    expect(transport.last.state).toBe('closed');
  });

  test('a subscription that is made while it is open begins at once', async () => {
    const { messaging, transport } = make();
    messaging.open();
    messaging.subscribe(placed, () => undefined);
    await settle();
    expect(transport.consumptions).toHaveLength(1);
  });

  test('a transport that cannot pause or close is logged, and ends nothing else', async () => {
    const { messaging, transport, log } = make();
    messaging.subscribe(placed, () => undefined);
    messaging.open();
    await settle();
    transport.last.pausing = Promise.reject(new Error('the channel is closed'));
    transport.last.close = () => Promise.reject(new Error('the channel is closed'));
    await messaging.pause();
    expect(log.messages('warn')).toHaveLength(2);
    messaging.open();
    await settle();
    expect(transport.consumptions).toHaveLength(2);
  });

  test('a transport that cannot consume is logged', async () => {
    const { messaging, transport, log } = make();
    messaging.subscribe(placed, () => undefined);
    const consume = transport.consume.bind(transport);
    transport.consume = () => {
      throw new Error('no such thing');
    };
    messaging.open();
    await settle();
    expect(log.messages('error')).toEqual(['messages cannot be taken']);
    await messaging.pause();
    transport.consume = consume;
    messaging.open();
    await settle();
    expect(transport.last.state).toBe('taking');
  });
});

test('a pause whose turn ends in a transport that cannot consume does not reject', async () => {
  const { messaging, transport, log } = make();
  const { at, handler } = gated();
  messaging.subscribe(placed, handler);
  messaging.open();
  await settle();
  transport.deliver({ data: { n: 1 } });
  const paused = messaging.pause();
  await settle();
  messaging.open();
  transport.consume = () => {
    throw new Error('no such thing');
  };
  await settle();
  at(0).open();
  await paused;
  expect(log.messages('error')).toEqual(['messages cannot be taken']);
});

describe('in order', () => {
  const ordered = { ordered: true, concurrency: 2, retry: { delaysMs: [1_000, 5_000] } };

  test('one after the other of a key, beside other keys', async () => {
    const { messaging, transport } = make();
    const { seen, at, handler } = gated();
    messaging.subscribe(placed, handler, ordered);
    messaging.open();
    await settle();
    expect(transport.last.source).toMatchObject({ ordered: true, delaysMs: [] });
    for (const [n, key] of ['a', 'a', 'b', 'a'].entries()) transport.deliver({ key, data: { n } });
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, 2]);
    at(0).open();
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, 2, 1]);
    at(1).open();
    at(2).open();
    await settle();
    expect(seen.map(({ data }) => data.n)).toEqual([0, 2, 1, 3]);
  });

  test('a failure is handled again in place: its key waits, the others flow, and it takes no place meanwhile', async () => {
    const { messaging, transport, clock } = make();
    const handled: string[] = [];
    let failures = 2;
    const handler = ({ key, data, attempt }: Message<{ n: number }>): void => {
      handled.push(`${key}${data.n}#${attempt}`);
      if (key === 'a' && data.n === 0 && failures > 0) {
        failures -= 1;
        throw new Error('not yet');
      }
    };
    messaging.subscribe(placed, handler, { ...ordered, concurrency: 1 });
    messaging.open();
    await settle();
    const [a0, a1, b0] = ['a', 'a', 'b'].map((key, n) => transport.deliver({ key, data: { n: n === 1 ? 1 : 0 } }));
    await settle();
    expect(handled).toEqual(['a0#1', 'b0#1']);
    expect([a0?.acked, a1?.acked, b0?.acked, a0?.postponed]).toEqual([false, false, true, []]);
    await clock.advance(999);
    expect(handled).toHaveLength(2);
    await clock.advance(1);
    expect(handled.slice(2)).toEqual(['a0#2']);
    await clock.advance(5_000);
    expect(handled.slice(3)).toEqual(['a0#3', 'a1#1']);
    expect(transport.log).toEqual([b0, a0, a1].map((one) => `ack ${one?.envelope.id}`).toSpliced(0, 0, 'consume'));
    expect(clock.timers).toBe(0);
  });

  test('what fails too often goes to the dead letters, and its key goes on', async () => {
    const { messaging, transport, clock } = make();
    const handled: number[] = [];
    messaging.subscribe(
      placed,
      ({ data }) => {
        handled.push(data.n);
        if (data.n === 0) throw new Error('never');
      },
      ordered,
    );
    messaging.open();
    await settle();
    const bad = transport.deliver({ key: 'a', data: { n: 0 } });
    transport.deliver({ key: 'a', data: { n: 1 } });
    await clock.advance(6_000);
    expect(handled).toEqual([0, 0, 0, 1]);
    expect(bad.buried).toEqual([expect.objectContaining({ reason: 'failed', attempts: 3 })]);
  });

  test('what is lost while it rests is not handled again, and its key goes on', async () => {
    const { messaging, transport, clock } = make();
    const handled: number[] = [];
    messaging.subscribe(
      placed,
      ({ data }) => {
        handled.push(data.n);
        if (data.n === 0) throw new Error('never');
      },
      ordered,
    );
    messaging.open();
    await settle();
    const lost = transport.deliver({ key: 'a', data: { n: 0 } });
    transport.deliver({ key: 'a', data: { n: 1 } });
    await settle();
    lost.lost = true;
    await clock.advance(1_000);
    expect([handled, lost.acked]).toEqual([[0, 1], false]);
  });

  test('a close while one rests gives it back, and keeps no timer', async () => {
    const { messaging, transport, clock } = make();
    let calls = 0;
    messaging.subscribe(
      placed,
      () => {
        calls += 1;
        throw new Error('no');
      },
      ordered,
    );
    messaging.open();
    await settle();
    const resting = transport.deliver({ key: 'a', data: { n: 0 } });
    await settle();
    expect(clock.timers).toBe(1);
    await messaging.pause();
    await clock.advance(10_000);
    expect([calls, resting.acked, clock.timers, transport.log.at(-1)]).toEqual([1, false, 0, 'close']);
  });

  test('one that fails while it closes is given back, not rested', async () => {
    const { messaging, transport, clock } = make();
    const { at, handler } = gated();
    messaging.subscribe(placed, handler, ordered);
    messaging.open();
    await settle();
    const running = transport.deliver({ key: 'a', data: { n: 0 } });
    await settle();
    const paused = messaging.pause();
    await settle();
    at(0).fail(new Error('no'));
    await paused;
    expect([running.acked, clock.timers, transport.last.state]).toEqual([false, 0, 'closed']);
  });

  test('messages without a key are one lane', async () => {
    const { messaging, transport } = make();
    const { seen, handler } = gated();
    messaging.subscribe(placed, handler, ordered);
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 0 } });
    transport.deliver({ data: { n: 1 } });
    await settle();
    expect(seen).toHaveLength(1);
  });
});

describe('what is seen of it', () => {
  test('a span of each handling', async () => {
    const { messaging, transport, tracing } = make();
    messaging.subscribe(placed, ({ data }) => {
      if (data.n === 1) throw new KeelsonError('MY_CODE', 'no', { retryable: true });
    });
    messaging.open();
    await settle();
    const { envelope } = transport.deliver({ data: { n: 0 } });
    transport.deliver({ data: { n: 1 }, attempt: 2 });
    await settle();
    expect(tracing.spans.map(({ name, ended, failed }) => [name, ended, failed])).toEqual([
      ['process order.placed', 1, undefined],
      ['process order.placed', 1, 'MY_CODE'],
    ]);
    expect(tracing.spans[0]?.attributes).toEqual({
      'messaging.system': 'scripted',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'order.placed',
      'messaging.message.id': envelope.id,
      'messaging.message.body.size': 7,
      'messaging.consumer.group.name': 'billing',
    });
    expect(tracing.spans[1]?.attributes).toMatchObject({ 'messaging.message.delivery_attempt': 2 });
  });

  test('no attributes are computed where nobody looks', async () => {
    const { messaging, transport, tracing } = make();
    tracing.recording = false;
    messaging.handle(reserve, () => 'yes');
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 0 } });
    await settle();
    expect(tracing.spans.map(({ attributes, ended }) => [attributes, ended])).toEqual([[{}, 1]]);
  });

  test('how many were delivered, again, and how long they took', async () => {
    const { messaging, transport, meter } = make();
    messaging.subscribe(placed, ({ data }) => {
      if (data.n === 1) throw new TypeError('no');
    });
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 0 } });
    transport.deliver({ data: { n: 1 }, redeliveries: 2 });
    transport.deliver({ data: { n: 1 }, attempt: 2, time: 'never' });
    await settle();
    const labels = 'scripted order.placed billing';
    expect(meter.read('messaging_client_consumed_messages_total')).toEqual({ [labels]: 3 });
    expect(meter.read('messaging_redelivered_messages_total')).toEqual({ [labels]: 1 });
    expect(meter.read('messaging_retried_messages_total')).toEqual({ [labels]: 2 });
    expect(meter.read('messaging_process_duration_seconds')).toEqual({ [labels]: 1, [`${labels} TypeError`]: 2 });
    expect(meter.read('messaging_delivery_latency_seconds')).toEqual({ [labels]: 2 });
  });

  test('in the facts for /health', async () => {
    const { messaging, transport } = make();
    const { handler } = gated();
    messaging.subscribe(placed, handler);
    messaging.handle(reserve, () => 'yes');
    expect(messaging.details()).toEqual({
      address: 'nowhere',
      outstanding: 0,
      consumers: [
        { name: 'order.placed', group: 'billing', state: 'paused', running: 0 },
        { name: 'stock.reserve', state: 'paused', running: 0 },
      ],
    });
    messaging.open();
    await settle();
    transport.deliver({ data: { n: 0 } });
    await settle();
    transport.last.state = 'failed';
    transport.last.error = new Error('the queue is another');
    expect(messaging.details()['consumers']).toEqual([
      { name: 'order.placed', group: 'billing', state: 'taking', running: 0 },
      { name: 'stock.reserve', state: 'failed', running: 0, error: 'the queue is another' },
    ]);
  });
});
