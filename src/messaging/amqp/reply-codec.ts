import { type ConsumeMessage, type Options } from 'amqplib';
import { textOf } from './headers';
import { type Reply } from '../transport';

const problem = 'application/problem+json';

/** The properties of a reply. Never mandatory: a reply that nobody waits for any more is dropped. Not persistent: it is of no use after a restart. */
export function replyProperties(reply: Reply, correlationId: string | undefined): Options.Publish {
  const contentType = reply.ok ? 'application/json' : problem;
  return correlationId === undefined ? { contentType } : { contentType, correlationId };
}

/** Reads a reply. Never throws. */
export function replyOf(message: ConsumeMessage): Reply {
  return { ok: textOf(message.properties.contentType) !== problem, body: message.content };
}
