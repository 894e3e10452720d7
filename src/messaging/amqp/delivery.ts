import { type Channel, type ConsumeMessage, type Options } from 'amqplib';
import { isKeelsonError } from '../../core';
import { type DeathNote, type Delivery, type Envelope, type Reply, type Source } from '../transport';
import { type Acks } from './acks';
import { deadLetterHeaders, plainHeaders, postponedHeaders, type Origin } from './dead-letter';
import { type Decoded } from './envelope-codec';
import { numberOf, textOf, type RawHeaders } from './headers';
import { deadLetterQueue, delayQueue, eventExchange } from './names';
import { type Outgoing } from './publication';
import { replyProperties } from './reply-codec';
import { deadLettersOf, delayOf, delayStep, type Declaration, type TopologyOptions } from './topology';
import { type Writer } from './writer';

/** A channel that deliveries came on. */
export interface Hand {
  readonly channel: Channel;
  readonly writer: Writer;
  readonly acks: Acks;
  /** The channel is gone, and all that came on it is the broker's again. */
  lost: boolean;
}

/** What a delivery needs. */
export interface DeliveryContext {
  readonly source: Source;
  readonly queue: string;
  readonly topology: TopologyOptions;
  /** By RFC 3339. */
  now(): string;
  publish(outgoing: Outgoing): Promise<void>;
  /** Declares again what somebody deleted. */
  repair(declarations: readonly Declaration[]): Promise<void>;
}

const copyTimeoutMs = 30_000;

/** A message of RabbitMQ in hand. */
export class AmqpDelivery implements Delivery {
  readonly envelope: Envelope;
  readonly malformed: string | undefined;
  readonly redeliveries: number | undefined;
  readonly #message: ConsumeMessage;
  readonly #hand: Hand;
  readonly #context: DeliveryContext;

  constructor(message: ConsumeMessage, decoded: Decoded, hand: Hand, context: DeliveryContext) {
    this.envelope = decoded.envelope;
    this.malformed = decoded.malformed;
    this.#message = message;
    this.#hand = hand;
    this.#context = context;
    // A quorum queue counts from the second delivery on; a classic one not at all.
    const none = context.topology.queueType === 'quorum' ? 0 : undefined;
    this.redeliveries = numberOf(this.#raw, 'x-delivery-count') ?? none;
  }

  get lost(): boolean {
    return this.#hand.lost;
  }

  get #raw(): RawHeaders {
    return this.#message.properties.headers ?? {};
  }

  ack(): void {
    if (!this.#hand.lost) this.#hand.acks.ack(this.#message.fields.deliveryTag);
  }

  async postpone(delayMs: number, attempt: number): Promise<void> {
    const { queue, topology } = this.#context;
    const headers = postponedHeaders(this.#raw, attempt);
    const later = delayMs > 0;
    const declarations = later ? delayOf(delayMs, topology) : [];
    await this.#copy(later ? delayQueue(delayStep(delayMs)) : '', queue, headers, declarations);
  }

  async bury(note: DeathNote): Promise<void> {
    const { queue } = this.#context;
    const headers = deadLetterHeaders(this.#raw, note, this.#origin(), this.#context.now());
    await this.#copy('', deadLetterQueue(queue), headers, [deadLettersOf(queue)]);
  }

  reply(reply: Reply): void {
    const { properties } = this.#message;
    const to = textOf(properties.replyTo);
    const { writer, acks, lost } = this.#hand;
    if (to === undefined || lost) return;
    try {
      writer.write('', to, reply.body, replyProperties(reply, textOf(properties.correlationId)));
      acks.flushSoon();
    } catch {
      // The channel has just ended, so the command will come again; its sender was told that the outcome is unknown.
    }
  }

  /** A postponed copy comes from the default exchange: where it first came from is where its events go. */
  #origin(): Origin {
    const { queue, source } = this.#context;
    const { exchange, routingKey } = this.#message.fields;
    return exchange === '' && source.kind === 'event'
      ? { queue, exchange: eventExchange(source.name), routingKey: source.name }
      : { queue, exchange, routingKey };
  }

  async #copy(
    exchange: string,
    routingKey: string,
    headers: Record<string, unknown>,
    declarations: readonly Declaration[],
  ): Promise<void> {
    const outgoing = (kept: Record<string, unknown>): Outgoing => ({
      exchange,
      routingKey,
      body: this.#message.content,
      properties: this.#properties(kept),
      declarations,
      timeoutMs: copyTimeoutMs,
      signal: undefined,
      urgent: true,
    });
    try {
      await this.#context.publish(outgoing(headers));
    } catch (error) {
      // What came can be so strange that it cannot be written again; it must not come back for ever for that.
      const unwritable = isKeelsonError(error, 'PAYLOAD_INVALID');
      if (!unwritable && !isKeelsonError(error, 'PUBLISH_UNROUTABLE')) throw error;
      if (!unwritable) await this.#context.repair(declarations);
      const own = Object.entries(headers).filter(([name]) => /^(?:keelson-|x-exception-|x-original-)/.test(name));
      const kept = unwritable ? { ...plainHeaders(this.envelope), ...Object.fromEntries(own) } : headers;
      await this.#context.publish(outgoing(kept));
    }
  }

  /** Without `userId`, which must be that of the connection, and `expiration`, which was for the first queue. */
  #properties(headers: Record<string, unknown>): Options.Publish {
    const { properties } = this.#message;
    const names = [
      'contentType',
      'contentEncoding',
      'correlationId',
      'replyTo',
      'timestamp',
      'appId',
      'priority',
    ] as const;
    const kept = names
      .filter((name) => properties[name] !== undefined)
      .map((name) => [name, properties[name] as unknown]);
    return {
      ...(Object.fromEntries(kept) as Options.Publish),
      messageId: textOf(properties.messageId) ?? this.envelope.id.slice(0, 63),
      // The routing key told it, and is another one now.
      type: textOf(properties.type) ?? this.envelope.type.slice(0, 63),
      persistent: true,
      mandatory: true,
      headers,
    };
  }
}
