import { type Config } from '../config';
import { KeelsonError, isKeelsonError } from '../core';
import { type Faults } from '../faults';
import { type Health } from '../health';
import type * as messagingPart from '../messaging';
import { type OwnedMessaging, type Source, type Transport } from '../messaging';
import type * as amqpPart from '../messaging/amqp';
import { exitCodeConfig, reportIfUncaught } from './fatal-report';
import { type GivenParts } from './given-parts';
import { type MessagingOptions } from './options';
import { processRecord } from './process-record';
import { type ChassisValues } from './service';
import { type Telemetry } from './telemetry';

/** How long a broker that is required may take to be there, in milliseconds. */
const brokerLimitMs = 10_000;

/** The messaging of a service: made when it is first asked for, so that a service without messages starts without it. It takes messages while the service is ready. */
export class ServiceMessaging {
  readonly #config: Config<ChassisValues>;
  readonly #telemetry: Telemetry;
  readonly #health: Health;
  readonly #options: MessagingOptions;
  readonly #faults: Faults | undefined;
  readonly #parts: GivenParts | undefined;
  #messaging: OwnedMessaging | undefined;
  #phase: 'created' | 'started' | 'taking' | 'ended' = 'created';
  #unwatch: (() => void) | undefined;

  constructor(
    config: Config<ChassisValues>,
    telemetry: Telemetry,
    health: Health,
    options: MessagingOptions,
    { parts, faults }: { readonly parts: GivenParts | undefined; readonly faults: Faults | undefined },
  ) {
    this.#config = config;
    this.#telemetry = telemetry;
    this.#health = health;
    this.#options = options;
    this.#faults = faults;
    this.#parts = parts;
  }

  /** What the service publishes and subscribes with. @throws CONFIG_INVALID */
  get(): OwnedMessaging {
    if (this.#messaging !== undefined) return this.#messaging;
    const messaging = reporting(this.#make());
    this.#messaging = messaging;
    this.#health.check('messaging', () => ({ status: 'UP', details: { ...messaging.details() } }));
    if (this.#phase === 'started' || this.#phase === 'taking') void this.#begin(messaging);
    if (this.#phase === 'taking') this.#follow();
    return messaging;
  }

  /** What the service takes, so far; undefined if nobody asked for its messaging. */
  sources(): readonly Source[] | undefined {
    return this.#messaging?.sources();
  }

  /** Connects. Does not wait for it, unless it is required: a broker that is away must not keep a service from starting. */
  async start(signal: AbortSignal): Promise<void> {
    this.#phase = 'started';
    if (this.#messaging === undefined) return;
    if (!this.#config.get('messaging.required')) return void this.#begin(this.#messaging);
    const limit = AbortSignal.timeout(brokerLimitMs);
    await this.#begin(this.#messaging, AbortSignal.any([signal, limit]));
    if (!limit.aborted) return;
    const message = `The broker has not answered within ${brokerLimitMs} ms, and messaging.required is true.`;
    throw new KeelsonError('START_FAILED', message, { retryable: false });
  }

  /** From now on messages are taken while the service is ready. */
  join(): void {
    this.#phase = 'taking';
    this.#unwatch = this.#health.onChange(({ group }) => {
      if (group === 'readiness') this.#follow();
    });
    this.#follow();
  }

  /** The service begins to drain: no further message is taken. Does not wait. */
  drain(): void {
    this.#unwatch?.();
    this.#phase = 'ended';
    void this.#messaging?.pause();
  }

  /** Waits for the messages in hand. @throws TIMEOUT if some were left; the broker gives them to others */
  async finish(signal: AbortSignal): Promise<void> {
    this.drain();
    const left = (await this.#messaging?.finish(signal)) ?? 0;
    if (left === 0) return;
    const message = `Messages whose handlers did not end in time: ${left}; the broker delivers them again.`;
    throw new KeelsonError('TIMEOUT', message, { retryable: false });
  }

  /** Waits for what is being published, and disconnects. */
  async stop(signal: AbortSignal): Promise<void> {
    await this.#messaging?.stop(signal);
  }

  /** Says so where no broker is told of: not before the start, because tools load a service and own its output. */
  #begin(messaging: OwnedMessaging, signal?: AbortSignal): Promise<void> {
    const isOwn = this.#options.transport === undefined && this.#config.get('messaging.url').length === 0;
    const log = this.#telemetry.logging.logger.named('messaging');
    if (isOwn) log.info('messages stay in this process: messaging.url (AMQP_URL) is not set');
    return messaging.start(signal);
  }

  #follow(): void {
    if (this.#health.probe('readiness').up) this.#messaging?.open();
    else void this.#messaging?.pause();
  }

  #make(): OwnedMessaging {
    const { identity, logging, metrics, tracing, redactor, clock } = this.#telemetry;
    // Loaded when first needed.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const part = require('../messaging') as typeof messagingPart;
    const { prefetch, concurrency, maxMessage, publishTimeoutMs, dedupe } = this.#config.get('messaging');
    const store = this.#options.dedupe ?? (dedupe === 'memory' ? part.memoryDedupe({ clock }) : undefined);
    return part.createMessaging({
      source: identity.name,
      transport: this.#options.transport ?? this.#transport(part),
      ...(store === undefined ? {} : { dedupe: store }),
      limits: { prefetch, concurrency, maxMessage, publishTimeoutMs },
      redact: (text) => redactor.text(text),
      clock,
      log: logging.logger.named('messaging'),
      meter: metrics,
      tracing,
      faults: { publish: this.#faults?.at('publish'), consume: this.#faults?.at('consume') },
    });
  }

  #transport(part: typeof messagingPart): Transport {
    const { identity, logging, metrics, clock } = this.#telemetry;
    const tools = { clock, log: logging.logger.named('messaging'), meter: metrics };
    const { url, maxOutstanding, maxBuffered, queueType, declare, heartbeatMs } = this.#config.get('messaging');
    if (url.length === 0) {
      return part.memoryTransport({
        ...tools,
        broker: this.#parts?.broker ?? (processRecord().broker ??= part.createMemoryBroker()),
      });
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { amqpTransport } = require('../messaging/amqp') as typeof amqpPart;
    const service = `${identity.name}/${identity.instance}`;
    return amqpTransport({ ...tools, url, service, maxOutstanding, maxBuffered, queueType, declare, heartbeatMs });
  }
}

/** Where nobody catches that a subscription is not valid, the process ends with the report, as for every other mistake of the configuration. */
function reporting(messaging: OwnedMessaging): OwnedMessaging {
  const subscribe = messaging.subscribe.bind(messaging);
  const handle = messaging.handle.bind(messaging);
  messaging.subscribe = (event, handler, options) => reported(() => subscribe(event, handler, options));
  messaging.handle = (command, handler, options) => reported(() => handle(command, handler, options));
  return messaging;
}

function reported<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw isKeelsonError(error, 'CONFIG_INVALID') ? reportIfUncaught(error, exitCodeConfig) : error;
  }
}
