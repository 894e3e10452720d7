import { type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { KeelsonError, within, type Clock, type ErrorCode, type Timer } from '../../core';
import { type Envelope, type PublishLimits, type Reply } from '../transport';
import { encodeEnvelope } from './envelope-codec';
import { takeFast } from './fast-lane';
import { textOf } from './headers';
import { commandExchange } from './names';
import { type Outgoing } from './publication';
import { replyOf } from './reply-codec';
import { Sweep } from '../sweep';
import { commandExchangeDeclaration } from './topology';

/** What it needs. */
export interface RepliesOptions {
  readonly clock: Clock;
  readonly maxRequests: number;
  publish(outgoing: Outgoing): Promise<void>;
}

interface Waiting {
  readonly name: string;
  readonly expiresAt: number;
  /** The broker has it: from now on its reply alone counts. */
  confirmed: boolean;
  settle(result: Reply | Error): void;
}

/** Before the queue is asked for again where the connection stands, in ms. */
const againMs = 1_000;

/** Sends commands and waits for their replies, which come to one queue of the process. */
export class Replies {
  readonly #options: RepliesOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #sweep: Sweep;
  #needed = false;
  #model: ChannelModel | undefined;
  #queue: string | undefined;
  #opening: Promise<void> | undefined;
  #timer: Timer | undefined;
  #count = 0;

  constructor(options: RepliesOptions) {
    this.#options = options;
    this.#sweep = new Sweep(options.clock, (now) => this.#expire(now));
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A connection stands. Resolves when the queue is there, if one is needed: no command may be written before. Never rejects. */
  async up(model: ChannelModel): Promise<void> {
    this.#model = model;
    if (this.#needed) await this.#open(model);
  }

  /** It is gone, and the queue with it: replies to what was sent will not come. */
  down(error: Error): void {
    this.#model = undefined;
    this.#queue = undefined;
    this.#opening = undefined;
    this.#timer?.cancel();
    for (const one of [...this.#waiting.values()])
      if (one.confirmed)
        one.settle(unknown('CONNECTION_FAILED', `The connection was lost while ${one.name} was waited for.`, error));
  }

  /** Sends one and resolves with its reply. */
  request(envelope: Envelope, limits: PublishLimits): Promise<Reply> {
    if (this.#waiting.size >= this.#options.maxRequests)
      return Promise.reject(
        new KeelsonError('PUBLISH_BUFFER_FULL', `${this.#waiting.size} commands wait for their replies.`, {
          retryable: true,
        }),
      );
    this.#needed = true;
    const expiresAt = this.#options.clock.now() + limits.timeoutMs;
    if (this.#queue === undefined && this.#model !== undefined)
      return this.#queued(this.#model, envelope, limits).then(() => this.#send(envelope, limits, expiresAt));
    return this.#send(envelope, limits, expiresAt);
  }

  #queued(model: ChannelModel, envelope: Envelope, limits: PublishLimits): Promise<void> {
    const late = (): Error =>
      limits.signal?.aborted
        ? new KeelsonError('ABORTED', `${envelope.type} was given up.`, { retryable: false })
        : new KeelsonError('TIMEOUT', 'The broker gave no queue for replies in time.', { retryable: true });
    return within(this.#options.clock, limits.timeoutMs, this.#open(model), late, limits.signal);
  }

  /** Gives up what waits. */
  stop(): void {
    this.#timer?.cancel();
    this.#model = undefined;
    for (const one of [...this.#waiting.values()])
      one.settle(unknown('STOPPED', `The transport stopped while ${one.name} was waited for.`));
    this.#sweep.stop();
  }

  #send(envelope: Envelope, limits: PublishLimits, expiresAt: number): Promise<Reply> {
    this.#count += 1;
    const id = this.#waiting.has(envelope.id) ? `${envelope.id.slice(0, 40)}#${this.#count}` : envelope.id;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => one.settle(unknown('ABORTED', `${envelope.type} is not waited for any more.`));
      const one: Waiting = {
        name: envelope.type,
        expiresAt,
        confirmed: false,
        settle: (result) => {
          this.#waiting.delete(id);
          limits.signal?.removeEventListener('abort', onAbort);
          if (result instanceof Error) reject(result);
          else resolve(result);
        },
      };
      this.#waiting.set(id, one);
      this.#sweep.watch(expiresAt);
      const sent = this.#options.publish(this.#outgoing(envelope, id, limits, expiresAt));
      const confirmed = (): void => {
        one.confirmed = true;
        if (limits.signal?.aborted) return onAbort();
        if (this.#waiting.has(id)) limits.signal?.addEventListener('abort', onAbort, { once: true });
      };
      sent.then(confirmed, (error: Error) => one.settle(error));
    });
  }

  #outgoing(envelope: Envelope, id: string, limits: PublishLimits, expiresAt: number): Outgoing {
    const { clock } = this.#options;
    const properties = encodeEnvelope(
      envelope.deadline === undefined ? { ...envelope, deadline: clock.wall() + limits.timeoutMs } : envelope,
    );
    properties.correlationId = id;
    // Its sender does not wait until a broker has started again.
    properties.persistent = false;
    return {
      exchange: commandExchange,
      routingKey: envelope.type,
      body: envelope.body,
      properties,
      declarations: [commandExchangeDeclaration],
      timeoutMs: limits.timeoutMs,
      signal: limits.signal,
      prepare: (prepared: Options.Publish) => {
        if (this.#queue === undefined) return false;
        prepared.replyTo = this.#queue;
        prepared.expiration = Math.max(1, Math.floor(expiresAt - clock.now()));
        return true;
      },
    };
  }

  #open(model: ChannelModel): Promise<void> {
    this.#opening ??= this.#consume(model).catch(() => {
      if (this.#model !== model) return;
      this.#opening = undefined;
      this.#timer = this.#options.clock.after(againMs, () => void this.#open(model));
    });
    return this.#opening;
  }

  async #consume(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (this.#model === model) this.#interrupted(model);
    });
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    takeFast(channel, (message) => this.#came(message));
    await channel.consume(
      queue,
      (message) => (message === null ? void channel.close().catch(() => undefined) : this.#came(message)),
      { noAck: true, exclusive: true },
    );
    if (this.#model === model) this.#queue = queue;
  }

  /** The channel ended; the connection may well stand. */
  #interrupted(model: ChannelModel): void {
    this.down(new Error('The queue of the replies is gone'));
    this.#model = model;
    this.#timer = this.#options.clock.after(againMs, () => void this.#open(model));
  }

  #came(message: ConsumeMessage): void {
    // Nobody waits any more for what has no entry.
    this.#waiting.get(textOf(message.properties.correlationId) ?? '')?.settle(replyOf(message));
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const one of [...this.#waiting.values()]) {
      if (one.expiresAt > now) next = Math.min(next, one.expiresAt);
      else if (one.confirmed) one.settle(unknown('TIMEOUT', `No reply to ${one.name} came in time.`));
    }
    return next;
  }
}

function unknown(code: ErrorCode, message: string, cause?: unknown): KeelsonError {
  return new KeelsonError(code, message, { retryable: false, cause, details: { outcome: 'unknown' } });
}
