import { type ConsumeMessage, type GetMessage } from 'amqplib';
import { type Envelope } from '../transport';
import { decodeEnvelope } from './envelope-codec';
import { numberOf, textOf, type RawHeaders } from './headers';
import { deadLetterQueue } from './names';

/** A dead letter of RabbitMQ, as it lies there. Plain data. */
export interface AmqpDeadLetter {
  /** The message; its time is empty where nobody wrote one. */
  readonly envelope: Envelope;
  /** `failed`, `malformed` or `delivery_limit`; what the broker wrote (`rejected`, `expired`, `maxlen`) if it moved the message itself; `unknown` if nobody wrote any. */
  readonly reason: string;
  /** Of the error; undefined if the broker moved it. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
  /** How often its handler was tried, as far as known. */
  readonly attempts: number | undefined;
  /** The queue that it died in. */
  readonly queue: string;
  /** When it died, by RFC 3339; undefined if nobody wrote it. */
  readonly diedAt: string | undefined;
}

/** Which letters are meant; all of what is said must hold. */
export interface LetterFilter {
  /** The name of the event. @default any */
  readonly type?: string;
  /** The id of the message. @default any */
  readonly id?: string;
  /** @default any */
  readonly reason?: string;
  /** The code of the error. @default any */
  readonly code?: string;
  /** Died so long ago, in ms, 0 or more; one whose time is not known does not count. @default any */
  readonly olderThanMs?: number;
}

/** Headers of a dead letter that are not those of the message. */
const added = /^x-(?:exception-(?:message|stacktrace)|original-(?:exchange|routingkey))$/;

/** Reads a letter, whoever wrote it. Never throws. */
export function readLetter(message: GetMessage, queue: string): AmqpDeadLetter {
  const raw = (message.properties.headers ?? {}) as RawHeaders;
  const { envelope } = decodeEnvelope(message as unknown as ConsumeMessage, () => '');
  const death = lastDeath(raw);
  const text = (name: string): string | undefined => (Object.hasOwn(raw, name) ? textOf(raw[name]) : undefined);
  return {
    envelope: { ...envelope, headers: withoutAdded(envelope.headers) },
    reason: text('keelson-dead-reason') ?? death.reason ?? 'unknown',
    code: text('keelson-dead-code'),
    message: text('keelson-dead-message') ?? text('x-exception-message'),
    stack: text('keelson-dead-stack') ?? text('x-exception-stacktrace'),
    attempts: numberOf(raw, 'keelson-dead-attempts') ?? numberOf(raw, 'x-delivery-count'),
    queue: text('keelson-dead-queue') ?? death.queue ?? queue,
    diedAt: timeOf(text('keelson-dead-time')) ?? death.time,
  };
}

/** Is it one of them? `now`: by the wall clock. */
export function isMeant(letter: AmqpDeadLetter, filter: LetterFilter, now: number): boolean {
  const { type, id, reason, code, olderThanMs } = filter;
  if (type !== undefined && letter.envelope.type !== type) return false;
  if (id !== undefined && letter.envelope.id !== id) return false;
  if (reason !== undefined && letter.reason !== reason) return false;
  if (code !== undefined && letter.code !== code) return false;
  if (olderThanMs === undefined) return true;
  return letter.diedAt !== undefined && now - Date.parse(letter.diedAt) > olderThanMs;
}

/** The name of a queue, of which that of its dead letters may have been given. */
export function originOf(queue: string): string {
  const ending = deadLetterQueue('');
  return queue.endsWith(ending) ? queue.slice(0, -ending.length) : queue;
}

interface Death {
  readonly reason?: string | undefined;
  readonly queue?: string | undefined;
  readonly time?: string | undefined;
}

/** What RabbitMQ wrote: the last death comes first. */
function lastDeath(raw: RawHeaders): Death {
  const deaths = raw['x-death'];
  const last: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  if (typeof last !== 'object' || last === null) return {};
  const { reason, queue, time } = last as Readonly<Record<string, unknown>>;
  const seconds = (time as { value?: unknown } | null | undefined)?.value;
  return {
    reason: textOf(reason),
    queue: textOf(queue),
    time:
      typeof seconds === 'number' && seconds < 253_402_300_800 ? new Date(seconds * 1_000).toISOString() : undefined,
  };
}

function timeOf(text: string | undefined): string | undefined {
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}

function withoutAdded(headers: Envelope['headers']): Envelope['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !added.test(name)));
}
