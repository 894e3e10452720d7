import { randomUUID } from 'node:crypto';
import { type ConsumeMessage, type Options } from 'amqplib';
import { type Envelope } from '../transport';
import { attribute, attributeOf, keelsonHeader, numberOf, textOf, userHeaders, type RawHeaders } from './headers';
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

/**
 * Reads any message, also one that nothing like keelson made. Never throws.
 *
 * @param now by RFC 3339, for a message that does not say when it was published
 */
export function decodeEnvelope(message: ConsumeMessage, now: () => string): Decoded {
  const { properties, content } = message;
  const raw = (properties.headers ?? none) as RawHeaders;
  const contentType = textOf(properties.contentType) ?? json;
  const expires = numberOf(raw, keelsonHeader.expires);
  if (contentType !== json && isStructured(contentType)) return structured(message, raw, contentType, now);
  const envelope: Envelope = {
    id: attributeOf(raw, attribute.id) ?? (textOf(properties.messageId) || randomUUID()),
    type: attributeOf(raw, attribute.type) ?? typeOf(message),
    source: attributeOf(raw, attribute.source) ?? textOf(properties.appId) ?? '',
    time: attributeOf(raw, attribute.time) ?? timeOf(properties.timestamp) ?? now(),
    key: attributeOf(raw, attribute.partitionkey),
    contentType,
    headers: userHeaders(raw),
    body: content,
    attempt: attemptOf(raw),
    deadline: numberOf(raw, keelsonHeader.deadline),
  };
  return { envelope, malformed: undefined, expires };
}

function structured(message: ConsumeMessage, raw: RawHeaders, contentType: string, now: () => string): Decoded {
  const { properties, content } = message;
  const { envelope, malformed } = structuredEvent(content, {
    id: textOf(properties.messageId) ?? '',
    type: typeOf(message),
    source: textOf(properties.appId) ?? '',
    time: timeOf(properties.timestamp) ?? now(),
    contentType,
    headers: userHeaders(raw),
  });
  const counted = { attempt: attemptOf(raw), deadline: numberOf(raw, keelsonHeader.deadline) };
  const expires = numberOf(raw, keelsonHeader.expires);
  return { envelope: { ...envelope, ...counted, id: envelope.id || randomUUID() }, malformed, expires };
}

const json = 'application/json';
const none: RawHeaders = Object.freeze({});

function typeOf({ properties, fields }: ConsumeMessage): string {
  return textOf(properties.type) ?? fields.routingKey;
}

function attemptOf(raw: RawHeaders): number {
  return Math.max(1, Math.trunc(numberOf(raw, keelsonHeader.attempt) ?? 1));
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
