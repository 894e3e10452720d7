import { type Channel } from 'amqplib';
import { eventually } from '../../support/eventually';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { CliFolder } from './support/cli';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';
import { declareQueue, drainIds, writeLetters, type Written } from './support/letters';
import { Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
let cli: CliFolder | undefined;

afterAll(async () => {
  cli?.remove();
  await stand.end();
});

async function prepared(): Promise<{ cli: CliFolder; channel: Channel }> {
  cli ??= new CliFolder((await stand.rabbit()).url);
  return { cli, channel: await stand.operator() };
}

const many = (count: number, letter: Written = {}): Written[] => Array.from({ length: count }, () => letter);
const json = (text: string): { id: string; reason: string; code?: string; queue: string; data?: unknown }[] =>
  JSON.parse(text) as never;

withRabbit(
  'a letter is listed, shown, and replayed to its consumer as a first attempt, after its time too',
  async () => {
    const { cli } = await prepared();
    const transport = await stand.started();
    const source = groupOf('bill.sent', 'mail');
    const burying = transport.consume(source, (delivery) => {
      void delivery
        .bury({
          reason: 'failed',
          code: 'TAX_UNKNOWN',
          message: 'no tax at postgres://u:hunter22@db',
          stack: 'Error: no tax\n    at bill',
          attempts: 5,
        })
        .then(() => delivery.ack());
    });
    await burying.ready;
    const event = eventOf('bill.sent', { total: 7, password: 'hunter23' });
    await transport.publish(event, { ...soon, ttlMs: 500 });
    const operator = await stand.operator();
    await eventually(
      async () => (await operator.checkQueue('bill.sent.mail.dlq')).messageCount === 1 || undefined,
      'the letter',
    );
    await burying.pause();
    await burying.close();

    const listed = await cli.run('dlq', 'list', 'bill.sent.mail', 'never.was.here.dlq');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toMatch(/^bill\.sent\.mail +1 +0 +0$/m);
    expect(listed.out).toMatch(/^never\.was\.here +- +- +-$/m);

    const shown = await cli.run('dlq', 'show', 'bill.sent.mail.dlq', '--body');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain(`1  bill.sent  ${event.id}  failed  TAX_UNKNOWN  5 attempts  died 2`);
    expect(shown.out).toContain('   no tax at postgres://u:******@db\n   Error: no tax\n       at bill\n');
    expect(shown.out).toContain('"total":7');
    expect(shown.out).not.toMatch(/hunter2/);

    await new Promise((resolve) => setTimeout(resolve, 600));
    const seen = await taken(transport, source);
    expect(await cli.run('dlq', 'replay', 'bill.sent.mail')).toEqual({
      code: 0,
      out: 'bill.sent.mail: 1 letter replayed, 1 of 1 looked at.\n',
      err: '',
    });
    await eventually(() => seen[0], 'the replayed one');
    expect(seen[0]?.envelope).toEqual({ ...event, attempt: 1 });
    expect(dataOf(seen[0] as never)).toEqual({ total: 7, password: 'hunter23' });
    expect((await operator.checkQueue('bill.sent.mail.dlq')).messageCount).toBe(0);
  },
);

withRabbit('filters choose which are shown, replayed and dropped; a dry run moves none', async () => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, 'order.placed', 'billing');
  const long = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const ids = await writeLetters(channel, queue, [
    { code: 'TAX_UNKNOWN' },
    { reason: 'malformed', code: 'PAYLOAD_INVALID' },
    { code: 'TAX_UNKNOWN', type: 'order.moved' },
    { code: 'DB_AWAY', time: long },
    { code: 'TAX_UNKNOWN', time: long },
  ]);
  const idsOf = async (...filter: string[]): Promise<string[]> =>
    json((await cli.run('dlq', 'show', queue, '--json', ...filter)).out).map(({ id }) => id);
  expect(await idsOf()).toEqual(ids);
  expect(await idsOf('--reason', 'malformed')).toEqual([ids[1]]);
  expect(await idsOf('--code', 'TAX_UNKNOWN')).toEqual([ids[0], ids[2], ids[4]]);
  expect(await idsOf('--type', 'order.moved')).toEqual([ids[2]]);
  expect(await idsOf('--older-than', '2d', '--code', 'TAX_UNKNOWN')).toEqual([ids[4]]);
  expect(await idsOf('--limit', '2')).toEqual(ids.slice(0, 2));

  const dry = await cli.run('dlq', 'replay', queue, '--code', 'TAX_UNKNOWN', '--dry-run');
  expect(dry.out).toBe(`${queue}: 3 letters would be replayed, 5 of 5 looked at.\n`);
  expect((await channel.checkQueue(queue)).messageCount).toBe(0);
  const replayed = await cli.run('dlq', 'replay', queue, '--code', 'TAX_UNKNOWN', '--limit', '2', '--json');
  expect(JSON.parse(replayed.out)).toEqual({
    queue,
    total: 5,
    seen: 3,
    meant: 2,
    done: 2,
    failed: 0,
    interrupted: false,
  });
  expect(await drainIds(channel, queue)).toEqual([ids[0], ids[2]]);
  expect(await idsOf()).toEqual([ids[1], ids[3], ids[4]]);

  const refused = await cli.run('dlq', 'drop', queue, '--older-than', '2d');
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('--yes');
  const dropped = await cli.run('dlq', 'drop', queue, '--older-than', '2d', '--yes');
  expect(dropped).toEqual({ code: 0, out: `${queue}: 2 letters dropped, 3 of 3 looked at.\n`, err: '' });
  expect(await drainIds(channel, `${queue}.dlq`)).toEqual([ids[1]]);
});

withRabbit('looking at 1,000 letters keeps all 1,000 in their order', async () => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, 'many.seen', 'test');
  const ids = await writeLetters(channel, queue, many(1_000));
  const begun = performance.now();
  for (const limit of ['1000', '700'])
    expect(json((await cli.run('dlq', 'show', queue, '--json', '--limit', limit)).out)).toHaveLength(Number(limit));
  process.stdout.write(`looking at 1,700 letters took ${((performance.now() - begun) / 1_000).toFixed(1)} s\n`);
  expect(await drainIds(channel, `${queue}.dlq`)).toEqual(ids);
});

withRabbit('--rate spreads them, and progress is told in lines where there is no terminal', async () => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, 'slow.ones', 'test');
  await writeLetters(channel, queue, many(40));
  const { child, ended } = cli.start('dlq', 'replay', queue, '--rate', '20');
  await eventually(async () => (await channel.checkQueue(queue)).messageCount > 0 || undefined, 'the first one');
  const begun = performance.now();
  const { code, err } = await ended;
  // The first ones go at once; the end of the process counts too.
  expect(performance.now() - begun).toBeGreaterThan(1_500);
  expect([code, child.signalCode]).toEqual([0, null]);
  expect(err).toMatch(/^\d+ of 40 looked at, \d+ replayed$/m);
});

withRabbit('kill -9 in the middle of a replay loses none', async () => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, 'cut.off', 'test');
  const ids = await writeLetters(channel, queue, many(2_000));
  const { child, ended } = cli.start('dlq', 'replay', queue);
  await eventually(async () => (await channel.checkQueue(queue)).messageCount > 200 || undefined, 'some');
  child.kill('SIGKILL');
  await ended;
  const deadLetters = `${queue}.dlq`;
  await eventually(
    async () => (await channel.checkQueue(deadLetters)).messageCount > 0 || undefined,
    'the rest is back',
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const replayed = await drainIds(channel, queue);
  const left = await drainIds(channel, deadLetters);
  const twice = left.filter((id) => new Set(replayed).has(id));
  process.stdout.write(
    `kill -9 after ${replayed.length} of 2,000 letters: ${left.length} left, ${twice.length} twice, 0 lost\n`,
  );
  expect(child.signalCode).toBe('SIGKILL');
  expect(new Set([...replayed, ...left])).toEqual(new Set(ids));
  expect(replayed.length).toBe(new Set(replayed).size);
  expect(twice.length).toBeLessThanOrEqual(100);
});

withRabbit.each(['SIGINT', 'SIGTERM'] as const)('%s ends a replay in order: no letter is twice', async (signal) => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, `told.${signal.toLowerCase()}`, 'test');
  const ids = await writeLetters(channel, queue, many(500));
  const { child, ended } = cli.start('dlq', 'replay', queue, '--rate', '200');
  await eventually(async () => (await channel.checkQueue(queue)).messageCount > 20 || undefined, 'some');
  child.kill(signal);
  const { code, err } = await ended;
  expect([code, child.signalCode]).toEqual([130, null]);
  expect(err).toContain('Interrupted: the rest is back in its place.');
  const replayed = await drainIds(channel, queue);
  expect(replayed).toEqual(ids.slice(0, replayed.length));
  expect(await drainIds(channel, `${queue}.dlq`)).toEqual(ids.slice(replayed.length));
});

withRabbit('what the broker itself moved says why, and is replayed too', async () => {
  const { cli, channel } = await prepared();
  const queue = await declareQueue(channel, 'broker.moved', 'test');
  const event = eventOf('broker.moved');
  channel.publish('broker', 'broker.moved', event.body, { messageId: event.id, type: event.type, persistent: true });
  const message = await eventually(async () => (await channel.get(queue)) || undefined, 'it');
  channel.nack(message, false, false);
  await eventually(
    async () => (await channel.checkQueue(`${queue}.dlq`)).messageCount === 1 || undefined,
    'the letter',
  );
  const [letter] = json((await cli.run('dlq', 'show', queue, '--json', '--body')).out);
  expect(letter).toMatchObject({ id: event.id, reason: 'rejected', queue, data: {} });
  await cli.run('dlq', 'replay', queue, '--reason', 'rejected');
  const again = await channel.get(queue, { noAck: true });
  // The broker's own count of this delivery is another matter.
  const { 'x-delivery-count': count, ...headers } = ((again || undefined)?.properties.headers ?? {}) as Record<
    string,
    unknown
  >;
  expect([count ?? 0, headers]).toEqual([0, {}]);
});

withRabbit(
  'what cannot be: a queue that is not there, one that is gone, one that is full, a broker that is away',
  async () => {
    const { cli, channel } = await prepared();
    expect(await cli.run('dlq', 'show', 'no.such.queue')).toEqual({
      code: 1,
      out: '',
      err: 'There is no queue no.such.queue.dlq.\n',
    });
    await channel.assertQueue('gone.queue.test.dlq');
    await writeLetters(channel, 'gone.queue.test', many(3));
    const gone = await cli.run('dlq', 'replay', 'gone.queue.test');
    expect(gone).toMatchObject({ code: 1, out: '' });
    expect(gone.err).toBe('There is no queue gone.queue.test: nobody would take its letters.\n');
    await channel.assertQueue('gone.queue.test', { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const full = await cli.run('dlq', 'replay', 'gone.queue.test');
    expect(full).toMatchObject({ code: 1, out: '' });
    expect(full.err).toContain('The broker refused a letter for gone.queue.test: it may be full. The letter is kept.');
    const { messageCount: moved } = await channel.checkQueue('gone.queue.test');
    expect((await channel.checkQueue('gone.queue.test.dlq')).messageCount).toBe(3 - moved);
    const away = await cli.run('dlq', 'list', 'a.b.c', '--url', 'amqp://u:hunter22@127.0.0.1:1');
    expect(away).toMatchObject({ code: 1, out: '' });
    expect(away.err).toMatch(/^No broker: amqp:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  },
);
