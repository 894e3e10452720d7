import { type Channel } from 'amqplib';
import { topologyOf } from '../../../../src/messaging/amqp';
import { deadLetterHeaders } from '../../../../src/messaging/amqp/dead-letter';
import { declareOne } from '../../../../src/messaging/amqp/declare';
import { encodeEnvelope } from '../../../../src/messaging/amqp/envelope-codec';
import { type DeathNote } from '../../../../src/messaging';
import { eventOf, groupOf } from './envelopes';

/** What a letter is like, where it matters. */
export interface Written extends Partial<DeathNote> {
  readonly type?: string;
  /** When it died, by RFC 3339. */
  readonly time?: string;
}

/** Declares the queue of an event and a group, with what belongs to it. */
export async function declareQueue(channel: Channel, event: string, group: string): Promise<string> {
  for (const one of topologyOf([groupOf(event, group)], { queueType: 'quorum' })) await declareOne(channel, one, true);
  return `${event}.${group}`;
}

/** Puts letters where the transport puts them. @returns their ids, in order */
export async function writeLetters(channel: Channel, queue: string, letters: readonly Written[]): Promise<string[]> {
  const ids = letters.map((letter) => {
    const { reason = 'failed', code = 'E', message = 'bad', stack, attempts = 3 } = letter;
    const envelope = eventOf(letter.type ?? queue.slice(0, queue.lastIndexOf('.')), { n: 1 }, { attempt: 3 });
    const properties = encodeEnvelope(envelope, Date.now() + 1_000);
    const origin = { queue, exchange: queue.split('.')[0] as string, routingKey: envelope.type };
    const note = { reason, code, message, stack, attempts };
    const headers = deadLetterHeaders(
      properties.headers as Record<string, unknown>,
      note,
      origin,
      letter.time ?? new Date().toISOString(),
    );
    channel.sendToQueue(`${queue}.dlq`, envelope.body, { ...properties, headers });
    return envelope.id;
  });
  // The channel has no confirms: an answer to a question behind them says that they are there.
  await channel.checkQueue(`${queue}.dlq`);
  return ids;
}

/** Takes everything out of a queue. @returns the ids, in order */
export async function drainIds(channel: Channel, queue: string): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message === false) return ids;
    ids.push(message.properties.messageId as string);
  }
}
