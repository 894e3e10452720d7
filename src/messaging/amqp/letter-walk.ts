import { type Channel, type ChannelModel, type GetMessage } from 'amqplib';
import { KeelsonError, within, type Clock } from '../../core';
import { refusalOf } from './declare';

/** RabbitMQ closes a channel on which something is unacked for 30 minutes: it is changed for a new one before. */
export const holdMs = 10 * 60_000;
/** For an answer of the broker. */
const answerMs = 30_000;

/** A letter in hand. */
export interface Taken {
  readonly message: GetMessage;
  /** Takes it out of the queue for good. */
  readonly ack: () => void;
}

/**
 * Walks through a queue from its front, and holds what it looked at until it is closed: then the broker puts back what was not acked, where it was. One at a
 * time, as all that a consumer has not acked would count against its prefetch, and without one the whole queue would come at once.
 */
export class LetterWalk {
  readonly #model: ChannelModel;
  readonly #queue: string;
  readonly #clock: Clock;
  /** Waits for what is under way with letters that were taken. */
  readonly #settle: () => Promise<void>;
  #channel: Channel | undefined;
  #since = 0;
  /** Taken and not acked. */
  #held = 0;

  constructor(model: ChannelModel, queue: string, clock: Clock, settle: () => Promise<void>) {
    this.#model = model;
    this.#queue = queue;
    this.#clock = clock;
    this.#settle = settle;
  }

  /** @returns how many there are @throws NOT_FOUND if there is no such queue */
  async open(): Promise<number> {
    const channel = await this.#open();
    try {
      return (await answered(this.#clock, channel.checkQueue(this.#queue))).messageCount;
    } catch (error) {
      throw walkError(this.#queue, error);
    }
  }

  /** The next one; undefined if there is none. */
  async next(): Promise<Taken | undefined> {
    if (this.#clock.now() - this.#since >= holdMs) await this.#again();
    const channel = this.#channel as Channel;
    const message = await this.#get(channel);
    if (message === undefined) return undefined;
    this.#held += 1;
    const ack = (): void => {
      try {
        channel.ack(message);
        this.#held -= 1;
      } catch {
        // The channel has just ended, and the letter is back: it is there twice.
      }
    };
    return { message, ack };
  }

  /** Gives back what is held. Resolves when the broker has all acks. */
  async close(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel === undefined) return;
    try {
      await answered(this.#clock, channel.close());
    } catch (error) {
      throw walkError(this.#queue, error);
    }
  }

  async #again(): Promise<void> {
    await this.#settle();
    await this.close();
    const channel = await this.#open();
    // What was looked at and left lies at the front again.
    for (let left = this.#held; left > 0; left--) await this.#get(channel);
  }

  async #open(): Promise<Channel> {
    const channel = await answered(this.#clock, this.#model.createChannel());
    channel.on('error', () => undefined);
    this.#channel = channel;
    this.#since = this.#clock.now();
    return channel;
  }

  async #get(channel: Channel): Promise<GetMessage | undefined> {
    try {
      return (await answered(this.#clock, channel.get(this.#queue))) || undefined;
    } catch (error) {
      throw walkError(this.#queue, error);
    }
  }
}

/** What the broker answers, if it does in time. @throws TIMEOUT */
export function answered<T>(clock: Clock, answer: Promise<T>): Promise<T> {
  const late = (): Error =>
    new KeelsonError('TIMEOUT', `The broker has not answered for ${answerMs} ms. Is it out of memory or disk?`, {
      retryable: true,
    });
  return within(clock, answerMs, answer, late);
}

/** What to tell in place of an error of the protocol. */
export function walkError(queue: string, error: unknown): Error {
  if (error instanceof KeelsonError) return error;
  if ((error as { code?: unknown } | undefined)?.code === 404)
    return new KeelsonError('NOT_FOUND', `There is no queue ${queue}.`, { retryable: false, cause: error });
  const refusal = refusalOf({ kind: 'queue', name: queue, arguments: {}, shared: false }, error);
  if (refusal !== undefined) return refusal;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The connection to the broker was lost (${reason}); what was not settled is back in ${queue}.`;
  return new KeelsonError('CONNECTION_FAILED', message, { retryable: true, cause: error });
}
