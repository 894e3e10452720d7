import { setMaxListeners } from 'node:events';
import {
  KeelsonError,
  noopLogger,
  noopMeter,
  noopTracing,
  systemClock,
  within,
  type Clock,
  type FaultSource,
  type Logger,
  type Meter,
  type Tracing,
} from '../core';
import { consumeChain } from './consume';
import { Consumer, type ConsumerView } from './consumer';
import {
  type CommandHandler,
  type EventHandler,
  type HandleOptions,
  type Message,
  type Messaging,
  type PublishOptions,
  type SendOptions,
  type SubscribeOptions,
  type Subscription,
} from './contract';
import { patient, type DedupeStore } from './dedupe';
import { checkGroup, type CommandDefinition, type EventDefinition } from './definition';
import { faultyStage } from './faulty-stage';
import { FaultyWay, type MessagingFaults } from './faulty-way';
import { resolveLimits, resolveSubscription, type MessagingLimits } from './options';
import { Outgoing } from './outgoing';
import { goodReply } from './reply';
import { SentMetrics } from './sent-metrics';
import { busyDelayMs, settleCommand, settleEvent } from './settle';
import { sourceMetrics, type SourceMetrics } from './source-metrics';
import { type Source, type Transport } from './transport';

/** What messaging is made from; all but the first two have defaults that do nothing. */
export interface MessagingParts {
  /** The service's name: the source of what it publishes, and the group it subscribes as. */
  readonly source: string;
  /** What carries the messages. Started and stopped with the messaging. */
  readonly transport: Transport;
  /** Remembers what was handled. @default none: a message that is delivered twice is handled twice */
  readonly dedupe?: DedupeStore;
  readonly limits?: Partial<MessagingLimits>;
  /** Masks secrets in what dead letters say of errors. @default as it is */
  readonly redact?: (text: string) => string;
  /** @default the machine's time */
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly meter?: Meter;
  readonly tracing?: Tracing;
  /** Decides which messages meet a fault on purpose. @default none does */
  readonly faults?: MessagingFaults;
}

/** Messaging that somebody owns. */
export interface OwnedMessaging extends Messaging {
  /** Starts the transport. Publishes may go out; nothing is taken before `open`. Resolves when the broker is there or `signal` aborts. */
  start(signal?: AbortSignal): Promise<void>;
  /** Takes messages, from now on. */
  open(): void;
  /** Takes no more, until `open`. Resolves when what ran has ended and the rest is given back. */
  pause(): Promise<void>;
  /**
   * Waits for what runs; when the signal aborts, tells it to stop and waits no longer than a second more.
   *
   * @returns how many messages were still in hand; the broker keeps them
   */
  finish(signal: AbortSignal): Promise<number>;
  /** Waits for publishes on their way until the signal aborts, and closes the transport. */
  stop(signal?: AbortSignal): Promise<void>;
  /** What is taken, for whoever declares queues ahead. */
  sources(): readonly Source[];
  /** Facts for /health. */
  details(): Readonly<Record<string, unknown>>;
}

/** How long handlers have to end once they were told to stop, in ms. */
const lastMs = 1_000;
/** A claim outlives the handler's time by so much, in ms. */
const leaseMarginMs = 30_000;

/** Makes messaging. Opens nothing before `start`. @throws CONFIG_INVALID */
export function createMessaging(parts: MessagingParts): OwnedMessaging {
  return new MessagingRoot(parts);
}

class MessagingRoot implements OwnedMessaging {
  readonly #source: string;
  readonly #transport: Transport;
  readonly #dedupe: DedupeStore | undefined;
  readonly #limits: MessagingLimits;
  readonly #redact: (text: string) => string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #tracing: Tracing;
  readonly #meter: Meter;
  readonly #outgoing: Outgoing;
  readonly #faults: FaultSource<'consume'> | undefined;
  readonly #consumers = new Map<string, Consumer>();
  readonly #closing = new AbortController();
  #open = false;

  constructor(parts: MessagingParts) {
    const { clock = systemClock, log = noopLogger, meter = noopMeter, tracing = noopTracing } = parts;
    this.#source = checkGroup(parts.source);
    this.#transport = parts.transport;
    this.#dedupe = parts.dedupe && patient(parts.dedupe, clock);
    this.#limits = resolveLimits(parts.limits);
    this.#redact = parts.redact ?? ((text) => text);
    this.#clock = clock;
    this.#log = log;
    this.#tracing = tracing;
    this.#meter = meter;
    // Each message that waits for the broker listens.
    setMaxListeners(Infinity, this.#closing.signal); // not 0: events.getMaxListeners of Node.js 20 throws for it
    const { source, transport } = parts;
    const metrics = new SentMetrics(transport.kind, meter);
    this.#measure();
    const { publish, consume } = parts.faults ?? {};
    this.#faults = consume;
    const faulty = publish && new FaultyWay(transport, publish, clock);
    this.#outgoing = new Outgoing({ source, transport, limits: this.#limits, clock, log, tracing, metrics, faulty });
  }

  publish<T>(event: EventDefinition<T>, data: NoInfer<T>, options?: PublishOptions): Promise<void> {
    return this.#outgoing.publish(event, data, options);
  }

  send<T, R>(command: CommandDefinition<T, R>, data: NoInfer<T>, options?: SendOptions): Promise<R> {
    return this.#outgoing.send(command, data, options);
  }

  subscribe<T>(
    event: EventDefinition<T>,
    handler: EventHandler<NoInfer<T>>,
    options: SubscribeOptions = {},
  ): Subscription {
    const { name } = event;
    const group = checkGroup(options.group ?? this.#source);
    const what = `the event ${name} of the group ${group}`;
    const { concurrency, delaysMs, ordered, timeoutMs } = resolveSubscription(what, options, this.#limits);
    const metrics = this.#metricsOf(name, group);
    const claimPrefix = `${name}/${group}/`;
    const dedupe = this.#dedupe;
    const source: Source = {
      kind: 'event',
      name,
      group,
      prefetch: this.#limits.prefetch,
      ordered,
      delaysMs: ordered ? [] : [...new Set([...delaysMs, busyDelayMs])],
    };
    const log = this.#log.child({ event: name, group });
    const handle = consumeChain({
      what: `the event ${name}`,
      schema: event.schema,
      maxMessage: this.#limits.maxMessage,
      leaseMs: timeoutMs + leaseMarginMs,
      handler: handler as (message: Message<unknown>) => unknown,
      dedupe,
      claimPrefix,
      faulty: faultyStage({ source, faults: this.#faults, clock: this.#clock, log }),
    });
    const settle = settleEvent({ ...this.#settleParts(metrics, log), delaysMs, ordered, dedupe });
    return this.#add(what, { log, source, concurrency, timeoutMs, metrics, handle, settle });
  }

  handle<T, R>(
    command: CommandDefinition<T, R>,
    handler: CommandHandler<NoInfer<T>, NoInfer<R>>,
    options: HandleOptions = {},
  ): Subscription {
    const { name } = command;
    const what = `the command ${name}`;
    const { concurrency, timeoutMs } = resolveSubscription(what, options, this.#limits);
    const { maxMessage, prefetch } = this.#limits;
    const metrics = this.#metricsOf(name, '');
    const log = this.#log.child({ command: name });
    const source: Source = { kind: 'command', name, prefetch };
    const handle = consumeChain({
      what,
      schema: command.request,
      maxMessage,
      dedupe: undefined,
      claimPrefix: '',
      leaseMs: 0,
      handler: handler as (message: Message<unknown>) => unknown,
      conclude: (value) => goodReply(name, value, command.reply, maxMessage),
      faulty: faultyStage({ source, faults: this.#faults, clock: this.#clock, log }),
    });
    const settle = settleCommand(this.#settleParts(metrics, log));
    return this.#add(what, { log, source, concurrency, timeoutMs, metrics, handle, settle });
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.#transport.start(signal);
  }

  open(): void {
    this.#open = true;
    for (const consumer of this.#consumers.values()) consumer.open();
  }

  async pause(): Promise<void> {
    this.#open = false;
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.close()));
  }

  async finish(signal: AbortSignal): Promise<number> {
    const paused = this.pause();
    if (await ended(paused, signal)) return 0;
    this.#closing.abort();
    for (const consumer of this.#consumers.values()) consumer.cut();
    await within(this.#clock, lastMs, paused, () => new Error('late')).catch(() => undefined);
    return this.#views().reduce((sum, { running }) => sum + running, 0);
  }

  async stop(signal?: AbortSignal): Promise<void> {
    this.#closing.abort();
    await this.#transport.stop(signal);
  }

  sources(): readonly Source[] {
    return [...this.#consumers.values()].map(({ source }) => source);
  }

  details(): Readonly<Record<string, unknown>> {
    return { ...this.#transport.details(), outstanding: this.#transport.outstanding, consumers: this.#views() };
  }

  #measure(): void {
    const labels = { messaging_system: this.#transport.kind };
    this.#meter.gauge({
      name: 'messaging_outstanding_publishes',
      help: 'Messages that the broker has not confirmed yet, or that wait to be given to it.',
      labels: ['messaging_system'],
      collect: (gauge) => gauge.set(labels, this.#transport.outstanding),
    });
  }

  #views(): readonly ConsumerView[] {
    return [...this.#consumers.values()].map((consumer) => consumer.view());
  }

  #metricsOf(name: string, group: string): SourceMetrics {
    return sourceMetrics(this.#meter, this.#transport.kind, name, group);
  }

  #settleParts(metrics: SourceMetrics, log: Logger) {
    return { clock: this.#clock, log, metrics, redact: this.#redact, closing: this.#closing.signal };
  }

  #add(
    what: string,
    parts: Pick<
      ConstructorParameters<typeof Consumer>[0],
      'log' | 'source' | 'concurrency' | 'timeoutMs' | 'metrics' | 'handle' | 'settle'
    >,
  ): Subscription {
    if (this.#consumers.has(what)) {
      const message = `${what} is taken already: there is one handler for each in a service.`;
      throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
    }
    const consumer = new Consumer({
      ...parts,
      transport: this.#transport,
      clock: this.#clock,
      tracing: this.#tracing,
    });
    this.#consumers.set(what, consumer);
    if (this.#open) consumer.open();
    return {
      close: async () => {
        await consumer.retire();
        if (this.#consumers.get(what) === consumer) this.#consumers.delete(what);
      },
    };
  }
}

/** Did it end before the signal aborted? */
function ended(work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const abort = (): void => resolve(false);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const over = (): void => {
      signal.removeEventListener('abort', abort);
      resolve(true);
    };
    work.then(over, over);
  });
}
