import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { type Delivery, type Transport } from '../../../src/messaging';
import { amqpTransport, type AmqpOptions } from '../../../src/messaging/amqp';
import { eventually } from '../../support/eventually';
import { testWith } from '../support/need';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../support/rabbitmq';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';

const withRabbit = testWith(...rabbitPrograms);
const limits = { timeoutMs: 10_000, signal: undefined };
const transports: Transport[] = [];
let rabbit: RabbitMq | undefined;

async function started(options: Partial<AmqpOptions> = {}): Promise<Transport> {
  rabbit ??= await startRabbitMq();
  const transport = amqpTransport({ url: rabbit.url, ...options });
  transports.push(transport);
  await transport.start();
  return transport;
}

afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.stop()));
  await rabbit?.stop();
});

describe.each(['quorum', 'classic'] as const)('with %s queues', (queueType) => {
  const name = (last: string): string => `${queueType}.${last}`;

  withRabbit('an event comes to each group once, as it was published', async () => {
    const transport = await started({ queueType });
    const one = await taken(transport, groupOf(name('placed'), 'one'));
    const two = await taken(transport, groupOf(name('placed'), 'two'));
    const event = eventOf(
      name('placed'),
      { order: 7 },
      { key: '7', headers: { traceparent: '00-ab', 'x-tenant': 'ä' } },
    );
    await transport.publish(event, soon);
    await eventually(() => (one.length === 1 && two.length === 1 ? true : undefined), 'both');
    expect(one[0]?.envelope).toEqual(event);
    expect(one[0]?.redeliveries).toBe(queueType === 'quorum' ? 0 : undefined);
    expect(transport.outstanding).toBe(0);
    expect(transport.state).toBe('connected');
  });

  for (const [where, first] of [
    ['where all that was begun ended', 1],
    ['where the first still runs', 2],
  ] as const)
    withRabbit(`what was acked one by one while a consumer ends is not delivered again, ${where}`, async () => {
      const event = name(`ended${first}`);
      const transport = await started({ queueType });
      const hands: Delivery[] = [];
      const source = groupOf(event, 'test', { prefetch: 80 });
      const consumption = transport.consume(source, (delivery) => hands.push(delivery));
      await consumption.ready;
      await Promise.all(Array.from({ length: 80 }, (_, n) => transport.publish(eventOf(event, n), soon)));
      await eventually(() => hands.length === 80 || undefined, 'all are in hand');
      await consumption.pause();
      // The broker finds all acks and the end of the channel at once. The first one comes after all others, so that no ack is for many.
      rabbit?.freeze();
      for (const hand of hands.slice(1)) hand.ack();
      await new Promise(setImmediate);
      if (first === 1) hands[0]?.ack();
      const closed = consumption.close();
      await sleep(10);
      rabbit?.thaw();
      await closed;
      const again = await taken(transport, source);
      await transport.publish(eventOf(event, 'last'), soon);
      await eventually(() => again.map(dataOf).includes('last') || undefined, 'the last one');
      await eventually(() => again.length >= first || undefined, 'the first one');
      expect(new Set(again.map(dataOf))).toEqual(new Set(first === 1 ? ['last'] : [dataOf(hands[0]!), 'last']));
    });

  withRabbit('a postponed copy comes later with its attempt, a dead letter lies in the queue for it', async () => {
    const transport = await started({ queueType });
    const seen: Delivery[] = [];
    const source = groupOf(name('failing'), 'test', { delaysMs: [200] });
    const consumption = transport.consume(source, (delivery) => void settle(delivery));
    const settle = async (delivery: Delivery): Promise<void> => {
      seen.push(delivery);
      if (delivery.envelope.attempt === 1) await delivery.postpone(200, 2);
      else if (delivery.envelope.attempt === 2) await delivery.postpone(0, 3);
      else await delivery.bury({ reason: 'failed', code: 'E', message: 'bad', stack: 'at x', attempts: 3 });
      delivery.ack();
    };
    await consumption.ready;
    await transport.publish(eventOf(name('failing'), { n: 1 }), soon);
    const queue = `${name('failing')}.test`;
    const model = await connect(rabbit?.url as string);
    const channel = await model.createChannel();
    const letter = await eventually(async () => (await channel.get(`${queue}.dlq`)) || undefined, 'the dead letter');
    await model.close();
    expect(seen.map(({ envelope }) => envelope.attempt)).toEqual([1, 2, 3]);
    expect(letter.properties.headers).toMatchObject({
      cloudEvents_id: seen[0]?.envelope.id,
      'keelson-dead-reason': 'failed',
      'keelson-dead-code': 'E',
      'keelson-dead-attempts': 3,
      'keelson-dead-queue': queue,
      'x-exception-message': 'bad',
      'x-original-exchange': queueType,
      'x-original-routingKey': name('failing'),
    });
    expect(Object.keys(letter.properties.headers ?? {})).not.toContain('x-death');
    expect(dataOf(seen[2] as Delivery)).toEqual({ n: 1 });
  });

  withRabbit('a delayed event comes later, and an event after its time not at all', async () => {
    const transport = await started({ queueType });
    const seen = await taken(transport, groupOf(name('late')));
    const begun = performance.now();
    await transport.publish(eventOf(name('late'), 1), { ...soon, delayMs: 300 });
    await transport.publish(eventOf(name('late'), 2), { ...soon, delayMs: 300, ttlMs: 10 });
    await eventually(() => (seen.length > 0 ? true : undefined), 'the delayed one');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290);
    await transport.publish(eventOf(name('late'), 3), soon);
    await eventually(() => (seen.length > 1 ? true : undefined), 'the next one');
    expect(seen.map(dataOf)).toEqual([1, 3]);
  });

  withRabbit('a command is replied to, by a result or by a problem', async () => {
    const transport = await started({ queueType });
    const handling = transport.consume({ kind: 'command', name: name('reserve'), prefetch: 10 }, (delivery) => {
      const ok = dataOf(delivery) === 'good';
      delivery.reply({ ok, body: Buffer.from(JSON.stringify({ for: dataOf(delivery) })) });
      delivery.ack();
    });
    await handling.ready;
    const good = await transport.request(eventOf(name('reserve'), 'good'), limits);
    const bad = await transport.request(eventOf(name('reserve'), 'bad'), limits);
    expect([good.ok, bad.ok]).toEqual([true, false]);
    expect(JSON.parse(bad.body.toString())).toEqual({ for: 'bad' });
  });

  withRabbit('what was taken and not acked is given back at close, in its order', async () => {
    const transport = await started({ queueType });
    const first: unknown[] = [];
    const consumption = transport.consume(groupOf(name('back')), (delivery) => {
      first.push(dataOf(delivery));
      if (first.length <= 2) delivery.ack();
    });
    await consumption.ready;
    for (let i = 1; i <= 5; i++) await transport.publish(eventOf(name('back'), i), soon);
    await eventually(() => (first.length === 5 ? true : undefined), 'all five');
    await consumption.pause();
    await consumption.close();
    expect(consumption.state).toBe('closed');
    const again = await taken(transport, groupOf(name('back')));
    await eventually(() => (again.length === 3 ? true : undefined), 'the other three');
    expect(again.map(dataOf)).toEqual([3, 4, 5]);
    expect(again.map(({ redeliveries }) => redeliveries)).toEqual(
      queueType === 'quorum' ? [1, 1, 1] : [undefined, undefined, undefined],
    );
  });
});
