import { defineEvent } from '../../../src/messaging';
import { eventually } from '../../support/eventually';
import { eventOf, groupOf, soon, taken } from '../messaging/support/envelopes';
import { outcome } from '../messaging/support/stand';
import { startTcpProxy } from '../support/tcp-proxy';
import { fault } from './support/fault';
import { MessagingStand, consumersOf, sleep, withBroker } from './support/messaging-stand';

const stand = new MessagingStand();
afterEach(() => stand.clear());
afterAll(() => stand.end());

fault(
  80,
  'publishes to a missing exchange, to nobody, to a queue that is full, and one that costs the channel',
  'each rejects with its own code; others wait at most 100 ms',
  async (report) => {
    const transport = await stand.started();
    const strict = await stand.started({ declare: false });
    const operator = await stand.operator();
    await operator.assertExchange('full', 'topic');
    const limit = { 'x-max-length': 1, 'x-overflow': 'reject-publish', 'x-queue-type': 'classic' };
    await operator.assertQueue('full.queue', { arguments: limit });
    await operator.bindQueue('full.queue', 'full', '#');
    await operator.assertExchange('inner', 'topic', { internal: true });
    await taken(transport, groupOf('steady.fault'));
    let longest = 0;
    let silent = 0;
    let over = false;
    const steady = (async () => {
      while (!over) {
        const begun = performance.now();
        await transport.publish(eventOf('steady.fault'), soon);
        longest = Math.max(longest, performance.now() - begun);
      }
    })();
    const codes: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      for (const [through, event, good] of [
        [strict, 'absent.fault', false],
        [transport, 'nobody.fault', false],
        [transport, 'full.fault', i === 0],
        [transport, 'inner.fault', false],
      ] as const) {
        const code = await outcome(through.publish(eventOf(event), soon));
        if (code === 'resolved' && !good) silent += 1;
        else if (!good) codes.push(code);
      }
    }
    over = true;
    await steady;
    report(
      `${[...new Set(codes)].sort().join(', ')}; ${silent} of ${codes.length + silent} without an error (limit 0)`,
    );
    report(`the longest wait of another publish was ${Math.round(longest)} ms (limit 100)`);
    expect(silent).toBe(0);
    expect(new Set(codes)).toEqual(new Set(['PUBLISH_NO_EXCHANGE', 'PUBLISH_UNROUTABLE', 'PUBLISH_NACKED']));
    expect(longest).toBeLessThanOrEqual(100);
  },
  withBroker,
);

fault(
  81,
  'a queue was declared with other arguments',
  'a clear error, other subscriptions are unhurt, and it goes on once the queue is gone',
  async (report) => {
    const event = defineEvent<number>('other.arguments');
    const operator = await stand.operator();
    await operator.assertQueue('other.arguments.billing', { arguments: { 'x-queue-type': 'classic' } });
    const messaging = await stand.make();
    const seen: number[] = [];
    messaging.subscribe(event, ({ data }) => void seen.push(data));
    messaging.open();
    const state = (): string | undefined => consumersOf(messaging)[0]?.state;
    await eventually(() => state() === 'failed' || undefined, 'it says so');
    const error = consumersOf(messaging)[0]?.error;
    const others: number[] = [];
    const other = defineEvent<number>('other.subscription');
    messaging.subscribe(other, ({ data }) => void others.push(data));
    await eventually(() => consumersOf(messaging)[1]?.state === 'taking' || undefined, 'the other takes');
    for (let i = 0; i < 100; i++) await messaging.publish(other, i);
    await eventually(() => others.length === 100 || undefined, 'the other is unhurt');
    await sleep(300);
    await operator.deleteQueue('other.arguments.billing');
    await eventually(() => state() === 'taking' || undefined, 'it goes on', 40_000);
    await messaging.publish(event, 1);
    await eventually(() => seen.length === 1 || undefined, 'it takes');
    report(`"${error}"; 100 of 100 of another subscription handled meanwhile; taken from after the queue was deleted`);
    expect(error).toContain('other.arguments.billing');
  },
  withBroker,
);

fault(
  82,
  'a queue is deleted while it is taken from, and while its consumer has no connection',
  'it is declared again and taken from within 5 s',
  async (report) => {
    const event = defineEvent<number>('deleted.fault');
    const proxy = await startTcpProxy((await stand.rabbit()).port);
    const messaging = await stand.make({ amqp: { url: `amqp://127.0.0.1:${proxy.port}` } });
    const seen: number[] = [];
    messaging.subscribe(event, ({ data }) => void seen.push(data));
    await stand.open(messaging);
    await messaging.publish(event, 0);
    const operator = await stand.operator();
    let slowest = 0;
    for (let i = 1; i <= 4; i++) {
      const apart = i > 2;
      if (apart) proxy.mode = { kind: 'refuse' };
      if (apart) proxy.reset();
      await operator.deleteQueue('deleted.fault.billing');
      proxy.mode = { kind: 'pass' };
      const begun = performance.now();
      const sent = async (): Promise<true | undefined> =>
        (await outcome(messaging.publish(event, i))) === 'resolved' || undefined;
      await eventually(sent, 'it is routed again');
      await eventually(() => seen.includes(i) || undefined, 'it is taken again');
      slowest = Math.max(slowest, performance.now() - begun);
    }
    await stand.clear();
    await proxy.close();
    report(`four times; taken from again within ${Math.round(slowest)} ms (limit 5000)`);
    expect(slowest).toBeLessThanOrEqual(5_000);
  },
  withBroker,
);
