import { type ChannelModel } from 'amqplib';
import { KeelsonError, within } from '../../core';
import {
  type Consumption,
  type Delivery,
  type Envelope,
  type EventLimits,
  type PublishLimits,
  type Reply,
  type Source,
  type Transport,
} from '../transport';
import { amqpMetrics, type AmqpMetrics } from './amqp-metrics';
import { Connection } from './connection';
import { Consumer } from './consumer';
import { Declarer } from './declarer';
import { encodeEnvelope } from './envelope-codec';
import { commandQueue, eventExchange, eventQueue } from './names';
import { resolveOptions, type AmqpOptions, type ResolvedOptions } from './options';
import { type Outgoing } from './publication';
import { Publisher } from './publisher';
import { Replies } from './replies';
import { delayedEventsOf, delayedExchange, eventExchangeOf } from './topology';

/** How long a stop without a signal waits for confirms, in ms. */
const stopMs = 5_000;
/** The same with one; it says when. */
const longestStopMs = 600_000;
const closeMs = 1_000;

/**
 * Messages by RabbitMQ, 3.10 or later. Constructing opens nothing.
 *
 * @throws CONFIG_INVALID for options that are not valid
 */
export function amqpTransport(options: AmqpOptions): Transport {
  return new AmqpTransport(resolveOptions(options));
}

/**
 * Two connections: a broker that is short of memory stops reading from those that publish, and acks must still reach it. So events are taken on one, and all
 * that publishes, commands with their replies included, is on the other.
 */
class AmqpTransport implements Transport {
  readonly kind = 'rabbitmq';
  readonly #options: ResolvedOptions;
  readonly #metrics: AmqpMetrics;
  readonly #publisher: Publisher;
  readonly #replies: Replies;
  readonly #publishing: Connection;
  readonly #taking: Connection;
  readonly #consumers = new Set<Consumer>();
  readonly #links = new Map<Connection, { model: ChannelModel; declarer: Declarer }>();
  #stage: 'new' | 'started' | 'stopped' = 'new';
  #connected: (() => void)[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#metrics = amqpMetrics(options.meter, () => ({
      unconfirmed: this.#publisher.unconfirmed,
      bytes: this.#publisher.bytes,
      connected: this.state === 'connected',
    }));
    this.#publisher = new Publisher({
      ...options,
      onReturned: () => this.#metrics.returned.inc(),
      onNacked: () => this.#metrics.nacked.inc(),
    });
    this.#replies = new Replies({ ...options, publish: (outgoing) => this.#publisher.publish(outgoing) });
    this.#publishing = this.#connection(options.service, 'command');
    this.#taking = this.#connection(`${options.service} (events)`, 'event');
  }

  get outstanding(): number {
    return this.#publisher.outstanding;
  }

  get state(): Transport['state'] {
    if (this.#stage === 'stopped') return 'stopped';
    const { state } = this.#publishing;
    return state === 'connected' || state === 'blocked' ? state : 'connecting';
  }

  details(): Readonly<Record<string, unknown>> {
    const failed = [...this.#consumers].filter(({ state }) => state === 'failed');
    const error = this.#publishing.lastError ?? this.#taking.lastError;
    return {
      address: this.#publishing.address,
      state: this.state,
      ...(error === undefined ? {} : { error: error.message }),
      ...(failed.length === 0 ? {} : { failed: failed.map((one) => one.error?.message) }),
    };
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#stage === 'stopped') throw stopped();
    this.#stage = 'started';
    this.#publishing.start();
    if ([...this.#consumers].some(({ source }) => source.kind === 'event')) this.#taking.start();
    if (this.#links.has(this.#publishing) || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      this.#connected.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  publish(envelope: Envelope, limits: EventLimits): Promise<void> {
    const refused = this.#refusal();
    if (refused !== undefined) return Promise.reject(refused);
    const { ttlMs, delayMs, timeoutMs, signal } = limits;
    const expires = ttlMs === undefined ? undefined : this.#options.clock.wall() + ttlMs;
    const delayed = delayMs > 0;
    return this.#publisher.publish({
      exchange: delayed ? delayedExchange(envelope.type, delayMs) : eventExchange(envelope.type),
      routingKey: envelope.type,
      body: envelope.body,
      properties: encodeEnvelope(envelope, expires),
      declarations: delayed ? delayedEventsOf(envelope.type, delayMs, this.#options) : [eventExchangeOf(envelope.type)],
      timeoutMs,
      signal,
    });
  }

  request(envelope: Envelope, limits: PublishLimits): Promise<Reply> {
    const refused = this.#refusal();
    return refused === undefined ? this.#replies.request(envelope, limits) : Promise.reject(refused);
  }

  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption {
    const { clock, log } = this.#options;
    const context = {
      source,
      queue: source.kind === 'event' ? eventQueue(source.name, source.group) : commandQueue(source.name),
      topology: this.#options,
      clock,
      log,
      now: () => new Date(clock.wall()).toISOString(),
      publish: (outgoing: Outgoing) => this.#publisher.publish(outgoing),
      repair: (declarations: Parameters<Publisher['repair']>[0]) => this.#publisher.repair(declarations),
      onExpired: () => this.#metrics.expired.inc(),
    };
    const consumer = new Consumer(context, deliver, () => this.#consumers.delete(consumer));
    this.#consumers.add(consumer);
    const connection = source.kind === 'event' ? this.#taking : this.#publishing;
    if (this.#stage === 'started') connection.start();
    const link = this.#links.get(connection);
    if (link !== undefined) consumer.up(link.model, link.declarer);
    return consumer;
  }

  stop(signal?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(signal);
    return this.#stopping;
  }

  async #stop(signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#options;
    const limit = new AbortController();
    const drained = this.#publisher.drain(limit.signal);
    await within(clock, signal === undefined ? stopMs : longestStopMs, drained, late, signal).catch(() => undefined);
    limit.abort();
    this.#stage = 'stopped';
    // Who consumes closes before that; these were forgotten.
    const closed = Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await within(clock, closeMs, closed, late).catch(() => undefined);
    this.#publisher.stop();
    this.#replies.stop();
    for (const resolve of this.#connected.splice(0)) resolve();
    await Promise.all([this.#taking.stop(), this.#publishing.stop()]);
  }

  #connection(name: string, kind: Source['kind']): Connection {
    const mine = (): Consumer[] => [...this.#consumers].filter(({ source }) => source.kind === kind);
    const connection: Connection = new Connection(name, this.#options, {
      up: (model, again) => {
        const link = { model, declarer: new Declarer(model, this.#options.declare) };
        this.#links.set(connection, link);
        if (again) this.#metrics.reconnects.inc();
        for (const consumer of mine()) consumer.up(model, link.declarer);
        if (connection === this.#publishing) void this.#publishable(link);
        (connection === this.#publishing ? this.#taking : this.#publishing).hasten();
      },
      down: (error) => {
        this.#links.delete(connection);
        for (const consumer of mine()) consumer.down();
        if (connection !== this.#publishing) return;
        this.#publisher.down(error);
        this.#replies.down(error);
      },
      blocked: (on) => {
        if (connection === this.#publishing) this.#publisher.blocked(on);
      },
    });
    return connection;
  }

  async #publishable(link: { model: ChannelModel; declarer: Declarer }): Promise<void> {
    await this.#replies.up(link.model);
    if (this.#links.get(this.#publishing) !== link) return;
    this.#publisher.up(link.model, link.declarer);
    if (this.#publishing.state === 'blocked') this.#publisher.blocked(true);
    for (const resolve of this.#connected.splice(0)) resolve();
  }

  #refusal(): Error | undefined {
    if (this.#stage === 'stopped') return stopped();
    if (this.#stage === 'started') return undefined;
    return new KeelsonError('NOT_STARTED', 'The transport has not started.', { retryable: true });
  }
}

function late(): Error {
  return new KeelsonError('TIMEOUT', 'The broker did not answer in time.', { retryable: false });
}

function stopped(): KeelsonError {
  return new KeelsonError('STOPPED', 'The transport has stopped.', { retryable: false });
}
