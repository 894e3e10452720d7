import { randomUUID } from 'node:crypto';
import { type ConsumeMessage, type Options } from 'amqplib';
import { type Envelope } from '../transport';
import { attributeOf, keelsonHeader, numberOf, textOf, userHeaders, type RawHeaders } from './headers';
import { structuredEvent, isStructured } from './structured';

/** A message that came, read. */
export interface Decoded {
  readonly envelope: Envelope;
  /** What is wrong with it. */
  readonly malformed: string | undefined;
  /** It is of no use after that, by the wall clock. */
  readonly expires: number | undefined;
}

/** The properties and headers of an envelope: CloudEvents in binary mode, and what RabbitMQ's own tools show. `expires`: by the wall clock. */
export function encodeEnvelope(envelope: Envelope, expires?: number): Options.Publish {
  const headers: Record<string, string | number> = {
    cloudEvents_specversion: '1.0',
    cloudEvents_id: envelope.id,
    cloudEvents_source: envelope.source,
    cloudEvents_type: envelope.type,
    cloudEvents_time: envelope.time,
  };
  if (envelope.key !== undefined) headers['cloudEvents_partitionkey'] = envelope.key;
  Object.assign(headers, envelope.headers);
  if (envelope.attempt > 1) headers[keelsonHeader.attempt] = envelope.attempt;
  if (envelope.deadline !== undefined) headers[keelsonHeader.deadline] = Math.round(envelope.deadline);
  if (expires !== undefined) headers[keelsonHeader.expires] = Math.round(expires);
  return {
    contentType: envelope.contentType,
    messageId: shortText(envelope.id),
    type: shortText(envelope.type),
    appId: shortText(envelope.source),
    timestamp: Math.floor(Date.parse(envelope.time) / 1_000) || 0,
    persistent: true,
    mandatory: true,
    headers,
  };
}

/** Reads any message, also one that nothing like keelson made. Never throws. */
export function decodeEnvelope(message: ConsumeMessage, now: string): Decoded {
  const { properties, fields, content } = message;
  const raw = (properties.headers ?? {}) as RawHeaders;
  const common = {
    attempt: Math.max(1, Math.trunc(numberOf(raw, keelsonHeader.attempt) ?? 1)),
    deadline: numberOf(raw, keelsonHeader.deadline),
  };
  const expires = numberOf(raw, keelsonHeader.expires);
  const made = {
    id: textOf(properties.messageId) ?? '',
    type: textOf(properties.type) ?? fields.routingKey,
    source: textOf(properties.appId) ?? '',
    time: timeOf(properties.timestamp) ?? now,
    contentType: textOf(properties.contentType) ?? 'application/json',
    headers: userHeaders(raw),
  };
  if (isStructured(made.contentType)) {
    const event = structuredEvent(content, made);
    const envelope = { ...event.envelope, ...common, id: event.envelope.id || randomUUID() };
    return { envelope, malformed: event.malformed, expires };
  }
  const envelope: Envelope = {
    id: attributeOf(raw, 'id') ?? (made.id || randomUUID()),
    type: attributeOf(raw, 'type') ?? made.type,
    source: attributeOf(raw, 'source') ?? made.source,
    time: attributeOf(raw, 'time') ?? made.time,
    key: attributeOf(raw, 'partitionkey'),
    contentType: made.contentType,
    headers: made.headers,
    body: content,
    ...common,
  };
  return { envelope, malformed: undefined, expires };
}

/** AMQP's short strings hold 255 bytes, and a character has four at most. The whole text is in the headers. */
export function shortText(text: string): string {
  return text.length <= 63 ? text : text.slice(0, 63);
}

function timeOf(seconds: unknown): string | undefined {
  // Year 9999, as a Date takes; seconds, though some write milliseconds.
  if (typeof seconds !== 'number' || seconds <= 0 || seconds > 253_402_300_799) return undefined;
  return new Date(seconds * 1_000).toISOString();
}
