import { type GetMessage } from 'amqplib';
import { createMemoryBroker, memoryTransport, type Transport } from '../../../src/messaging';
import { deadLetterQueue, eventQueue, type AmqpOptions } from '../../../src/messaging/amqp';
import { transportContract, type BuriedMessage, type TransportHarness } from '../../../src/testing';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
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

describe('memory', () => {
  test.each(transportContract({ countsRedeliveries: true, returnsToFront: true }, memory))('$name', ({ run }) => run());
});

describe.each(['quorum', 'classic'] as const)('RabbitMQ with %s queues', (queueType) => {
  const traits = { countsRedeliveries: queueType === 'quorum', returnsToFront: true };
  for (const { name, run } of transportContract(traits, () => rabbit({ queueType }))) withRabbit(name, run);
});
