import { createMessaging, defineCommand, defineEvent, memoryDedupe, type OwnedMessaging } from '../../../src/messaging';
import { amqpTransport, type AmqpOptions } from '../../../src/messaging/amqp';
import { eventually } from '../../support/eventually';
import { eventOf, groupOf, soon, taken } from '../messaging/support/envelopes';
import { outcome, Stand } from '../messaging/support/stand';
import { rabbitPrograms } from '../support/rabbitmq';
import { fault } from './support/fault';

const stand = new Stand();
const all: OwnedMessaging[] = [];
const options = { needs: rabbitPrograms, timeoutMs: 120_000 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const messaging of all.splice(0)) {
    await messaging.finish(AbortSignal.timeout(2_000));
    await messaging.stop(AbortSignal.timeout(2_000));
  }
});
afterAll(() => stand.end());

interface Made {
  readonly source?: string;
  readonly dedupe?: ReturnType<typeof memoryDedupe>;
  readonly prefetch?: number;
  readonly amqp?: Partial<AmqpOptions>;
}

/** Messaging over the real broker, which takes at once what is subscribed before `open`. */
async function make({ source = 'billing', dedupe, prefetch = 100, amqp = {} }: Made = {}): Promise<OwnedMessaging> {
  const messaging = createMessaging({
    source,
    transport: amqpTransport({ url: (await stand.rabbit()).url, ...amqp }),
    ...(dedupe === undefined ? {} : { dedupe }),
    limits: { prefetch },
  });
  all.push(messaging);
  await messaging.start();
  return messaging;
}

/** Takes, from when its queue is there. */
async function open(messaging: OwnedMessaging): Promise<OwnedMessaging> {
  messaging.open();
  await eventually(() => {
    const consumers = messaging.details()['consumers'] as { state: string }[];
    return consumers.every(({ state }) => state === 'taking') || undefined;
  }, 'it takes');
  return messaging;
}

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
  options,
);

fault(
  81,
  'a queue was declared with other arguments',
  'a clear error, at most one attempt a second, others unhurt, and it goes on once the queue is gone',
  async (report) => {
    const event = defineEvent<number>('other.arguments');
    const operator = await stand.operator();
    await operator.assertQueue('other.arguments.billing', { arguments: { 'x-queue-type': 'classic' } });
    const messaging = await make();
    const seen: number[] = [];
    messaging.subscribe(event, ({ data }) => void seen.push(data));
    messaging.open();
    const view = (): { state: string; error?: string } =>
      (messaging.details()['consumers'] as { state: string; error?: string }[])[0]!;
    await eventually(() => view().state === 'failed' || undefined, 'it says so');
    const { error } = view();
    await operator.deleteQueue('other.arguments.billing');
    await eventually(() => view().state === 'taking' || undefined, 'it goes on', 40_000);
    await messaging.publish(event, 1);
    await eventually(() => seen.length === 1 || undefined, 'it takes');
    report(`"${error}"; taken from after the queue was deleted`);
    expect(error).toContain('other.arguments.billing');
  },
  options,
);

fault(
  82,
  'a queue is deleted while it is taken from',
  'it is declared again and taken from within 5 s',
  async (report) => {
    const event = defineEvent<number>('deleted.fault');
    const messaging = await make();
    const seen: number[] = [];
    messaging.subscribe(event, ({ data }) => void seen.push(data));
    await open(messaging);
    await messaging.publish(event, 0);
    const operator = await stand.operator();
    let slowest = 0;
    for (let i = 1; i <= 3; i++) {
      await operator.deleteQueue('deleted.fault.billing');
      const begun = performance.now();
      const sent = async (): Promise<true | undefined> =>
        (await outcome(messaging.publish(event, i))) === 'resolved' || undefined;
      await eventually(sent, 'it is routed again');
      await eventually(() => seen.includes(i) || undefined, 'it is taken again');
      slowest = Math.max(slowest, performance.now() - begun);
    }
    report(`three times; taken from again within ${Math.round(slowest)} ms (limit 5000)`);
    expect(slowest).toBeLessThanOrEqual(5_000);
  },
  options,
);

fault(
  83,
  'one event in a hundred fails each time it is handled',
  'it is repeated and then lies among the dead letters with its reason; the others flow',
  async (report) => {
    const event = defineEvent<{ n: number; poison: boolean }>('poison.fault');
    const operator = await stand.operator();
    const run = async (
      share: number,
      source: string,
    ): Promise<{ perSecond: number; poison: number; tries: number }> => {
      const messaging = await make({ source });
      let handled = 0;
      let tries = 0;
      const handler = ({ data }: { data: { poison: boolean } }): void => {
        if (!data.poison) return void (handled += 1);
        tries += 1;
        throw Object.assign(new Error('never'), { code: 'NEVER' });
      };
      messaging.subscribe(event, handler, { retry: { delaysMs: [100, 300] } });
      await open(messaging);
      const total = 4_000;
      const poison = Math.floor(total * share);
      const begun = performance.now();
      const publishes = Array.from({ length: total }, (_, n) =>
        messaging.publish(event, { n, poison: share > 0 && n % Math.round(1 / share) === 0 }),
      );
      await Promise.all(publishes);
      await eventually(() => handled === total - poison || undefined, 'the others are handled', 30_000);
      const perSecond = (total - poison) / ((performance.now() - begun) / 1_000);
      const letters = async (): Promise<number> =>
        (await operator.checkQueue(`poison.fault.${source}.dlq`)).messageCount;
      await eventually(async () => (await letters()) === poison || undefined, 'the dead letters', 30_000);
      await messaging.finish(AbortSignal.timeout(5_000));
      await operator.deleteQueue(`poison.fault.${source}`);
      return { perSecond, poison, tries };
    };
    const ratios: number[] = [];
    let found = { poison: 0, tries: 0 };
    for (let round = 0; round < 3; round++) {
      const sound = await run(0, `sound${round}`);
      const ill = await run(0.01, `ill${round}`);
      found = ill;
      ratios.push(ill.perSecond / sound.perSecond);
    }
    const ratio = ratios.sort((a, b) => a - b)[1] as number;
    const letter = await operator.get('poison.fault.ill0.dlq', { noAck: true });
    const headers = letter === false ? {} : (letter.properties.headers ?? {});
    report(
      `${found.poison} poisonous of 4000: ${found.tries} tries, ${found.poison} dead letters (reason ${String(headers['keelson-dead-reason'])}, code ${String(headers['keelson-dead-code'])}, after ${String(headers['keelson-dead-attempts'])} attempts)`,
    );
    report(`throughput of the others ${ratio.toFixed(2)} of that without poison, median of three (limit 0.8)`);
    expect(found.tries).toBe(found.poison * 3);
    expect(headers).toMatchObject({
      'keelson-dead-reason': 'failed',
      'keelson-dead-code': 'NEVER',
      'keelson-dead-attempts': 3,
    });
    expect(ratio).toBeGreaterThanOrEqual(0.8);
  },
  options,
);

fault(
  84,
  'acks are lost with the connection, messages are delivered twice, and the dead letters cannot be written at first',
  'with a dedupe store each is handled once; nothing is acked before it is safe',
  async (report) => {
    const event = defineEvent<{ n: number }>('twice.fault');
    const dedupe = memoryDedupe();
    const consumer = await make({ dedupe });
    const executions = new Map<number, number>();
    consumer.subscribe(event, async ({ data }) => {
      executions.set(data.n, (executions.get(data.n) ?? 0) + 1);
      await sleep(1);
    });
    await open(consumer);
    const publisher = await make({ source: 'shop' });
    const total = 2_000;
    const rabbit = await stand.rabbit();
    const publishing = (async () => {
      for (let n = 0; n < total; n += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, i) => publisher.publish(event, { n: n + i })));
      }
    })();
    for (let i = 0; i < 4; i++) {
      await sleep(150);
      await rabbit.ctl('close_all_connections', 'on purpose');
    }
    await publishing;
    await eventually(() => executions.size === total || undefined, 'all are handled', 30_000);
    const again = [...executions.values()].filter((times) => times > 1).length;
    report(
      `4 times all connections were closed: ${executions.size} of ${total} handled, ${again} more than once (limit 0)`,
    );
    expect(again).toBe(0);

    // The queue of dead letters takes nothing until an operator makes room.
    const operator = await stand.operator();
    const letters = defineEvent<number>('bury.fault');
    consumer.subscribe(letters, () => Promise.reject(new Error('never')), { retry: { delaysMs: [] } });
    await eventually(
      async () => (await outcome(operator.checkQueue('bury.fault.billing'))) === 'resolved' || undefined,
      'queue',
    );
    await rabbit.ctl(
      'set_policy',
      'full',
      '^bury\\.fault\\.billing\\.dlq$',
      '{"max-length":0,"overflow":"reject-publish"}',
      '--apply-to',
      'queues',
    );
    await publisher.publish(letters, 1);
    await sleep(1_500);
    const kept = Number(
      (await rabbit.ctl('list_queues', 'name', 'messages')).match(/bury\.fault\.billing\s+(\d+)/)?.[1],
    );
    await rabbit.ctl('clear_policy', 'full');
    const buried = async (): Promise<true | undefined> =>
      (await operator.checkQueue('bury.fault.billing.dlq')).messageCount === 1 || undefined;
    await eventually(buried, 'the letter', 20_000);
    report(`dead letters refused: the message was kept (${kept} in its queue), and buried once there was room`);
    expect(kept).toBe(1);
  },
  options,
);

fault(
  85,
  'a handler hangs and ignores its signal while the service stops with messages in hand',
  'the others are finished and acked, the rest is given back',
  async (report) => {
    const event = defineEvent<number>('hang.fault');
    const messaging = await make();
    const handled = new Set<number>();
    let stuck = (): void => undefined;
    messaging.subscribe(
      event,
      async ({ data }) => {
        if (data === 0) await new Promise<void>((resolve) => (stuck = resolve));
        await sleep(20);
        handled.add(data);
      },
      { concurrency: 10 },
    );
    await open(messaging);
    const total = 300;
    await Promise.all(Array.from({ length: total }, (_, n) => messaging.publish(event, n)));
    await eventually(() => handled.size > 50 || undefined, 'some are handled');
    const begun = performance.now();
    const left = await messaging.finish(AbortSignal.timeout(1_000));
    await messaging.stop(AbortSignal.timeout(2_000));
    const tookMs = performance.now() - begun;
    all.splice(all.indexOf(messaging), 1);
    const first = new Set(handled);
    const second = await make();
    const again: number[] = [];
    second.subscribe(event, ({ data }) => void again.push(data));
    await open(second);
    await eventually(() => new Set([...first, ...again]).size === total || undefined, 'all are handled', 20_000);
    stuck();
    const twice = again.filter((n) => first.has(n)).length;
    report(
      `${first.size} were finished, ${again.length} given back and handled elsewhere; 0 lost, ${twice} twice (limit 1, the one that hung: ${left})`,
    );
    report(`the stop took ${Math.round(tookMs)} ms`);
    expect(left).toBe(1);
    expect(twice).toBeLessThanOrEqual(1);
    expect(tookMs).toBeLessThanOrEqual(5_000);
  },
  options,
);

fault(
  86,
  'malformed, unknown, too large and hostile messages are put into a queue by hand',
  'all of them go to the dead letters, and the next good one is handled',
  async (report) => {
    const event = defineEvent<{ id: string }>('hostile.fault', {
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) =>
            typeof (value as { id?: unknown } | null)?.id === 'string'
              ? { value: value as { id: string } }
              : { issues: [{ message: 'must have an id' }] },
        },
      },
    });
    const messaging = await make();
    const seen: string[] = [];
    messaging.subscribe(event, ({ data }) => void seen.push(data.id));
    await open(messaging);
    const operator = await stand.operator();
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '\u0000',
      '{"id":1}',
      '{"__proto__":{"polluted":true}}',
      deep,
      'x'.repeat(10_000_000),
    ];
    for (const body of bodies) operator.publish('', 'hostile.fault.billing', Buffer.from(body));
    const nested = { a: { b: [1, 2, { c: 'x'.repeat(1_000) }] } };
    const hostile = [
      { cloudEvents_type: 12, cloudEvents_id: nested },
      { 'keelson-attempt': 'many' },
      { traceparent: 'x'.repeat(30_000), baggage: '=,=;'.repeat(5_000) },
      Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', nested],
      ]),
    ];
    for (const headers of hostile)
      operator.publish('', 'hostile.fault.billing', Buffer.from('{'), {
        headers,
        type: '\u0000',
        contentType: 'application/cloudevents+json',
      });
    await messaging.publish(event, { id: 'good' });
    await eventually(() => seen.includes('good') || undefined, 'the good one', 20_000);
    const wanted = bodies.length + hostile.length;
    const letters = async (): Promise<number> => (await operator.checkQueue('hostile.fault.billing.dlq')).messageCount;
    await eventually(async () => (await letters()) === wanted || undefined, 'the dead letters', 20_000);
    report(
      `${wanted} of ${wanted} among the dead letters, the good one handled; ${({} as { polluted?: true }).polluted === true ? 1 : 0} polluted`,
    );
    expect(seen).toEqual(['good']);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  },
  options,
);

fault(
  24,
  'messages whose bodies and headers try to pollute the prototype',
  'nothing is inherited',
  async (report) => {
    const event = defineEvent<Record<string, unknown>>('pollute.fault');
    const messaging = await make();
    const operator = await stand.operator();
    let handled = 0;
    messaging.subscribe(event, ({ data, headers }) => {
      Object.assign({}, data, headers);
      handled += 1;
    });
    await open(messaging);
    const bodies = [
      '{"__proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '[{"__proto__":{"polluted":1}}]',
    ];
    for (const body of bodies) {
      const headers = Object.fromEntries([
        ['constructor', 'x'],
        ['__proto__', 'x'],
        ['cloudEvents___proto__', 'x'],
      ]);
      operator.publish('', 'pollute.fault.billing', Buffer.from(body), { headers });
    }
    await eventually(() => handled === bodies.length || undefined, 'all are handled');
    const polluted = 'polluted' in {} ? 1 : 0;
    report(`by messages: ${bodies.length} bodies and as many header tables, ${polluted} polluted`);
    expect(polluted).toBe(0);
  },
  options,
);

fault(
  84,
  'the process of a command’s handler loses its connection before it has answered',
  'the sender is told that the outcome is not known, at once',
  async (report) => {
    const command = defineCommand<number, number>('slow.fault');
    const messaging = await make();
    let begun = (): void => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    messaging.handle(command, async () => {
      begun();
      await sleep(1_000);
      return 1;
    });
    await open(messaging);
    const asked = outcome(messaging.send(command, 1));
    await running;
    const cut = performance.now();
    await (await stand.rabbit()).ctl('close_all_connections', 'on purpose');
    const told = await asked;
    report(`${String(told)} after ${Math.round(performance.now() - cut)} ms`);
    expect(told).toBe('CONNECTION_FAILED unknown');
  },
  options,
);
