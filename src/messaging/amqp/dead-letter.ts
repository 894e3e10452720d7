import { type DeathNote, type Envelope } from '../transport';
import { copiedHeaders, fitted, type RawHeaders } from './headers';

/** Where a message came from. */
export interface Origin {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/** amqplib refuses a header table of 64 KiB; there must be room for what others add. */
const mostBytes = 40_000;

/** The headers of a dead letter: those of the message, why it died, and the same under the names that Spring's tools look for. */
export function deadLetterHeaders(
  raw: RawHeaders,
  note: DeathNote,
  origin: Origin,
  time: string,
): Record<string, unknown> {
  const message = cut(note.message, 1_000);
  const stack = note.stack === undefined ? undefined : cut(note.stack, 4_000);
  const added = {
    'keelson-dead-reason': note.reason,
    'keelson-dead-code': cut(note.code, 100),
    'keelson-dead-message': message,
    ...(stack === undefined ? {} : { 'keelson-dead-stack': stack, 'x-exception-stacktrace': stack }),
    'keelson-dead-attempts': note.attempts,
    'keelson-dead-queue': origin.queue,
    'keelson-dead-time': time,
    'x-exception-message': message,
    'x-original-exchange': origin.exchange,
    'x-original-routingKey': origin.routingKey,
  };
  return { ...fitted(copiedHeaders(raw), mostBytes), ...added };
}

/** The headers of a copy that is to be handled again. */
export function postponedHeaders(raw: RawHeaders, attempt: number): Record<string, unknown> {
  return { ...fitted(copiedHeaders(raw), mostBytes), 'keelson-attempt': attempt };
}

/** What is left of headers that cannot be written again, whatever they are. */
export function plainHeaders(envelope: Envelope): Record<string, unknown> {
  return fitted({ ...envelope.headers }, mostBytes);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
