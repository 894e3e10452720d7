import { eventually } from '../../support/eventually';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';
import { outcome, Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
const limits = { timeoutMs: 10_000, signal: undefined };

afterAll(() => stand.end());

withRabbit('what nobody takes is rejected, and nothing else with it', async () => {
  const transport = await stand.started();
  const seen = await taken(transport, groupOf('some.taken'));
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      outcome(transport.publish(eventOf(i % 2 === 0 ? 'some.taken' : 'some.lost', i), soon)),
    ),
  );
  expect(results.filter((one) => one === 'PUBLISH_UNROUTABLE')).toHaveLength(50);
  expect(results.filter((one) => one === 'resolved')).toHaveLength(50);
  await eventually(() => (seen.length === 50 ? true : undefined), 'what was taken');
  expect(await outcome(transport.request(eventOf('nobody.handles'), limits))).toBe('PUBLISH_UNROUTABLE');
});

withRabbit(
  'an exchange that is deleted meanwhile is declared again, and other publishes wait at most 100 ms',
  async () => {
    const transport = await stand.started();
    const seen = await taken(transport, groupOf('steady.on'));
    await taken(transport, groupOf('gone.off'));
    await transport.publish(eventOf('gone.off'), soon);
    const operator = await stand.operator();
    await operator.deleteExchange('gone');
    let [usual, longest] = [0, 0];
    let over = false;
    const steady = (async () => {
      for (let i = 0; !over; i++) {
        const begun = performance.now();
        await transport.publish(eventOf('steady.on', i), soon);
        longest = Math.max(longest, performance.now() - begun);
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 500));
    [usual, longest] = [longest, 0];
    // The binding went with the exchange, and comes back with the consumer only: nobody takes it.
    const results = await Promise.all([1, 2, 3].map(() => outcome(transport.publish(eventOf('gone.off'), soon))));
    over = true;
    await steady;
    process.stdout.write(
      `missing exchange: the longest other publish took ${longest.toFixed(0)} ms, before ${usual.toFixed(0)} ms\n`,
    );
    expect(results).toEqual(['PUBLISH_UNROUTABLE', 'PUBLISH_UNROUTABLE', 'PUBLISH_UNROUTABLE']);
    expect(longest - usual).toBeLessThan(100);
    const numbers = seen.map((one) => dataOf(one) as number);
    expect(new Set(numbers).size).toBe(Math.max(...numbers) + 1);
  },
);

withRabbit('without the right to declare a missing exchange is told', async () => {
  const transport = await stand.started({ declare: false });
  expect(await outcome(transport.publish(eventOf('never.declared'), soon))).toBe('PUBLISH_NO_EXCHANGE');
  const consumption = transport.consume(groupOf('never.declared'), () => undefined);
  await eventually(() => (consumption.state === 'failed' ? true : undefined), 'failed');
  expect(consumption.error?.message).toBe('The exchange never does not exist.');
});

withRabbit('a queue that refuses more is a nack', async () => {
  const transport = await stand.started();
  const operator = await stand.operator();
  const full = { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish', 'x-queue-type': 'classic' } };
  await operator.assertExchange('full', 'topic');
  await operator.assertQueue('full.queue', full);
  await operator.bindQueue('full.queue', 'full', '#');
  const results = [];
  for (let i = 0; i < 5; i++) results.push(await outcome(transport.publish(eventOf('full.event', i), soon)));
  expect(results[0]).toBe('resolved');
  expect(results.at(-1)).toBe('PUBLISH_NACKED');
});

withRabbit('a message that costs the channel is found, and the others arrive', async () => {
  const transport = await stand.started();
  const operator = await stand.operator();
  await operator.assertExchange('closed', 'topic', { internal: true });
  const seen = await taken(transport, groupOf('open.event'));
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      outcome(transport.publish(eventOf(i === 20 ? 'closed.event' : 'open.event', i), soon)),
    ),
  );
  // Declaring it as it should be differs from what is there.
  expect(results[20]).toBe('PUBLISH_NO_EXCHANGE');
  expect(results.filter((one) => one === 'resolved')).toHaveLength(39);
  await eventually(() => (new Set(seen.map(dataOf)).size === 39 ? true : undefined), 'the others');
});

withRabbit('a queue that was declared otherwise is a clear error, tried at most once a second', async () => {
  const transport = await stand.started();
  const operator = await stand.operator();
  const plain = transport.consume(groupOf('order.placed'), () => undefined);
  await plain.ready;
  await plain.close();
  const ordered = transport.consume(groupOf('order.placed', 'test', { ordered: true }), () => undefined);
  const seen = await taken(transport, groupOf('order.other'));
  await eventually(() => (ordered.state === 'failed' ? true : undefined), 'failed');
  expect(ordered.error?.message).toBe(
    'The queue order.placed.test was declared otherwise before: without a single active consumer, so ordered was changed; delete the queue once it is empty, or use another group.',
  );
  await transport.publish(eventOf('order.other'), soon);
  await eventually(() => (seen.length === 1 ? true : undefined), 'others are unhurt');
  await operator.deleteQueue('order.placed.test');
  const begun = performance.now();
  await ordered.ready;
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(ordered.state).toBe('taking');
});

withRabbit('a queue that is deleted while it is taken from comes back', async () => {
  const transport = await stand.started();
  const seen = await taken(transport, groupOf('deleted.queue'));
  const operator = await stand.operator();
  await operator.deleteQueue('deleted.queue.test');
  const begun = performance.now();
  await eventually(
    async () => ((await outcome(transport.publish(eventOf('deleted.queue'), soon))) === 'resolved' ? true : undefined),
    'it is routed again',
  );
  await eventually(() => (seen.length === 1 ? true : undefined), 'it is taken again');
  const ms = performance.now() - begun;
  process.stdout.write(`deleted queue: taken from again after ${ms.toFixed(0)} ms\n`);
  expect(ms).toBeLessThan(5_000);
});

withRabbit('the queue of dead letters is made again when it was deleted', async () => {
  const transport = await stand.started();
  const operator = await stand.operator();
  let settled = false;
  const consumption = transport.consume(groupOf('letters.lost'), (delivery) => {
    const note = { reason: 'failed', code: 'E', message: 'm', stack: undefined, attempts: 1 } as const;
    void delivery.bury(note).then(() => {
      delivery.ack();
      settled = true;
    });
  });
  await consumption.ready;
  await operator.deleteQueue('letters.lost.test.dlq');
  await transport.publish(eventOf('letters.lost'), soon);
  await eventually(() => (settled ? true : undefined), 'buried');
  expect((await operator.checkQueue('letters.lost.test.dlq')).messageCount).toBe(1);
});

withRabbit('a wrong password is tried at most once a second and shown nowhere', async () => {
  const { port } = await stand.rabbit();
  const lines: string[] = [];
  const keep = (message: string, fields?: object): void =>
    void lines.push(`${message} ${JSON.stringify(fields)} ${String((fields as { err?: Error })?.err?.stack)}`);
  const log = { debug: keep, info: keep, warn: keep, error: keep, isEnabled: () => true } as never;
  const transport = await stand.transport({ url: `amqp://guest:sesame@127.0.0.1:${port}`, log });
  await transport.start(AbortSignal.timeout(3_500));
  expect(transport.state).toBe('connecting');
  expect(String(transport.details()['error'])).toContain('ACCESS_REFUSED');
  expect(lines).toHaveLength(1);
  expect(lines.join() + JSON.stringify(transport.details())).not.toContain('sesame');
  const refused = (await (await stand.rabbit()).ctl('eval', 'ok.')).trim();
  expect(refused).toBe('ok');
  await transport.stop();
});
