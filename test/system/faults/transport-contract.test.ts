import { type GetMessage } from 'amqplib';
import { createMemoryBroker, memoryTransport, type Transport } from '../../../src/messaging';
import { deadLetterQueue, eventQueue, type AmqpOptions } from '../../../src/messaging/amqp';
import { transportContract, type BuriedMessage, type TransportHarness } from '../../../src/testing';
import { Stand } from '../messaging/support/stand';
import { rabbitPrograms } from '../support/rabbitmq';
import { fault } from './support/fault';

const stand = new Stand();
const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterAll(() => stand.end());

/** By the machine's own clock: what the unit tests show with one that does not run. */
function memory(): TransportHarness {
  const broker = createMemoryBroker();
  return {
    create: () => memoryTransport({ broker }),
    settle: () => passed(20),
    pass: (ms) => passed(ms + 20),
    wall: () => Date.now(),
    deadLetters: (event, group) =>
      broker
        .deadLetters(`${event}.${group}`)
        .map(({ envelope: { id, body, headers }, note }) => ({ id, body, headers, note })),
  };
}

async function rabbit(options: Partial<AmqpOptions>): Promise<TransportHarness> {
  const make = await stand.maker(options);
  return {
    create: (): Transport => make(),
    settle: () => passed(150),
    pass: (ms) => passed(ms + 150),
    wall: () => Date.now(),
    deadLetters: (event, group) => letters(deadLetterQueue(eventQueue(event, group))),
  };
}

/** Looks at a queue: what is not acked goes back when the channel closes. */
async function letters(queue: string): Promise<BuriedMessage[]> {
  const channel = await stand.operator();
  const found: BuriedMessage[] = [];
  for (let next = await channel.get(queue); next !== false; next = await channel.get(queue)) found.push(letter(next));
  await channel.close();
  return found;
}

function letter({ content, properties }: GetMessage): BuriedMessage {
  const headers = properties.headers as Record<string, string>;
  const of = (name: string): string => headers[`keelson-dead-${name}`] as string;
  return {
    id: properties.messageId as string,
    body: content,
    headers,
    note: {
      reason: of('reason') as BuriedMessage['note']['reason'],
      code: of('code'),
      message: of('message'),
      stack: of('stack'),
      attempts: Number(of('attempts')),
    },
  };
}

/** Cases do not touch each other, and mostly wait. */
const atOnce = 6;

/** Runs all cases. @returns how many there are, and the names of those that failed with why */
async function conforms(cases: ReturnType<typeof transportContract>): Promise<{ total: number; failed: string[] }> {
  const failed: string[] = [];
  const left = [...cases];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const { name } = one;
      await one.run().catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { total: cases.length, failed };
}

const transports = {
  memory: () => transportContract({ countsRedeliveries: true, returnsToFront: true }, memory),
  'RabbitMQ with quorum queues': () =>
    transportContract({ countsRedeliveries: true, returnsToFront: true }, () => rabbit({ queueType: 'quorum' })),
  'RabbitMQ with classic queues': () =>
    transportContract({ countsRedeliveries: false, returnsToFront: true }, () => rabbit({ queueType: 'classic' })),
};

fault(
  86,
  'the contract of transports: every case of keelson/testing, over memory and over a real broker',
  'all of them hold for both',
  async (report) => {
    const failures: string[] = [];
    for (const [name, cases] of Object.entries(transports)) {
      const { total, failed } = await conforms(cases());
      report(`${name}: ${total - failed.length} of ${total} cases hold`);
      failures.push(...failed.map((one) => `${name}: ${one}`));
    }
    expect(failures).toEqual([]);
  },
  { needs: rabbitPrograms, timeoutMs: 300_000 },
);
