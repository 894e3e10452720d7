import { type ChannelModel } from 'amqplib';
import { KeelsonError, type Clock } from '../../core';
import { originOf, isMeant, readLetter, type AmqpDeadLetter, type LetterFilter } from './letter';
import { answered, LetterWalk, walkError, type Taken } from './letter-walk';
import { deadLetterQueue } from './names';
import { resolveOptions, type AmqpOptions } from './options';
import { Pace } from './pace';
import { Replayer } from './replayer';
import { closeToolLine, openToolLine } from './tool-line';

/** How many letters a queue has, and how it is. */
export interface LetterCount {
  /** The queue that they died in. */
  readonly queue: string;
  /** Undefined if there is no queue for dead letters. */
  readonly letters: number | undefined;
  /** Messages that wait in the queue itself; undefined if there is no such queue. */
  readonly waiting: number | undefined;
  /** Consumers of the queue itself; undefined if there is no such queue. */
  readonly consumers: number | undefined;
}

/** How far a walk through the letters is. */
export interface LetterProgress {
  /** Letters that were there at the beginning: it goes no further, whatever comes. */
  readonly total: number;
  readonly seen: number;
  /** Of those seen, the ones that are meant. */
  readonly meant: number;
  /** Of those meant, the ones that were replayed or dropped. */
  readonly done: number;
  /** Of those meant, the ones that cannot be written again: they are kept. */
  readonly failed: number;
}

/** Which letters, and how far. */
export interface LetterOptions extends LetterFilter {
  /** Those that are meant, at most; 1 or more. @default all */
  readonly limit?: number;
  /** Ends it in order: what is under way is finished, the rest is put back. @default it goes on to the end */
  readonly signal?: AbortSignal;
  /** Told after each letter. @default nobody is told */
  readonly onProgress?: (progress: LetterProgress) => void;
}

/** How to replay. */
export interface ReplayOptions extends LetterOptions {
  /** Letters per second, more than 0. @default as fast as it goes */
  readonly rate?: number;
}

/**
 * The dead letters of queues, for an operator. A queue is meant by its own name, `order.placed.billing`, or by that of its letters. One question at a time.
 * All reject with NOT_FOUND for a queue that is not there, CONFIG_INVALID for options that are not valid, CONNECTION_FAILED when the connection was lost and
 * TIMEOUT when the broker does not answer for 30 s: whatever happens, a letter may be there twice, never not at all.
 */
export interface DeadLetterBox {
  /** Counts them. */
  count(queues: readonly string[]): Promise<readonly LetterCount[]>;
  /** Shows each one that is meant, oldest first. They stay where they are, in their order. */
  look(queue: string, show: (letter: AmqpDeadLetter) => void, options?: LetterOptions): Promise<LetterProgress>;
  /**
   * Puts them back into the queue that they died in, as a first attempt, without the time at which they were of no use any more.
   *
   * @throws PUBLISH_UNROUTABLE if that queue is gone, PUBLISH_NACKED if it refuses them; letters from there on are kept
   */
  replay(queue: string, options?: ReplayOptions): Promise<LetterProgress>;
  /** Takes them out for good. */
  drop(queue: string, options?: LetterOptions): Promise<LetterProgress>;
  /** Disconnects. Idempotent. */
  close(): Promise<void>;
}

/**
 * Connects to the dead letters of a broker.
 *
 * @throws CONFIG_INVALID for options that are not valid, CONNECTION_FAILED if no broker answers
 */
export async function openDeadLetters(options: AmqpOptions, signal?: AbortSignal): Promise<DeadLetterBox> {
  const resolved = resolveOptions(options);
  const line = await openToolLine(resolved, 'dead letters', signal);
  return new LetterBox(line.model, resolved.clock, () => closeToolLine(line, resolved));
}

type Handle = (taken: Taken, done: () => void) => Promise<boolean>;

/** {@link DeadLetterBox} on a connection that stands. */
export class LetterBox implements DeadLetterBox {
  readonly #model: ChannelModel;
  readonly #clock: Clock;
  readonly #close: () => Promise<void>;

  constructor(model: ChannelModel, clock: Clock, close: () => Promise<void>) {
    this.#model = model;
    this.#clock = clock;
    this.#close = close;
  }

  async count(queues: readonly string[]): Promise<readonly LetterCount[]> {
    const counts: LetterCount[] = [];
    for (const queue of queues.map(originOf)) {
      const own = await this.#facts(queue);
      const letters = (await this.#facts(deadLetterQueue(queue)))?.messageCount;
      counts.push({ queue, letters, waiting: own?.messageCount, consumers: own?.consumerCount });
    }
    return counts;
  }

  look(queue: string, show: (letter: AmqpDeadLetter) => void, options: LetterOptions = {}): Promise<LetterProgress> {
    const handle: Handle = ({ message }) => {
      show(readLetter(message, originOf(queue)));
      return Promise.resolve(true);
    };
    return this.#walk(queue, options, handle, () => Promise.resolve());
  }

  async replay(queue: string, options: ReplayOptions = {}): Promise<LetterProgress> {
    const { rate = Infinity, signal = never() } = options;
    if (!(rate > 0)) throw invalid('rate must be more than 0');
    const origin = originOf(queue);
    if ((await this.#facts(origin)) === undefined) throw notFound(origin, 'nobody would take its letters');
    const pace = new Pace(this.#clock, rate);
    const channel = await answered(this.#clock, this.#model.createConfirmChannel());
    channel.on('error', () => undefined);
    const replayer = new Replayer(channel, origin, this.#clock);
    const handle: Handle = async ({ message, ack }, done) => {
      await pace.turn(signal);
      if (signal.aborted) return true;
      return replayer.send(message, () => {
        ack();
        done();
      });
    };
    try {
      return await this.#walk(queue, options, handle, () => replayer.drained());
    } finally {
      await answered(this.#clock, channel.close()).catch(() => undefined);
    }
  }

  drop(queue: string, options: LetterOptions = {}): Promise<LetterProgress> {
    const handle: Handle = ({ ack }, done) => {
      ack();
      done();
      return Promise.resolve(true);
    };
    return this.#walk(queue, options, handle, () => Promise.resolve());
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #walk(queue: string, options: LetterOptions, handle: Handle, settle: () => Promise<void>) {
    const { limit = Infinity, signal, onProgress } = checked(options);
    const origin = originOf(queue);
    const walk = new LetterWalk(this.#model, deadLetterQueue(origin), this.#clock, settle);
    const progress = { total: await walk.open(), seen: 0, meant: 0, done: 0, failed: 0 };
    const tell = (): void => onProgress?.({ ...progress });
    const done = (): void => {
      progress.done += 1;
      tell();
    };
    try {
      while (progress.seen < progress.total && progress.meant < limit && signal?.aborted !== true) {
        const taken = await walk.next();
        if (taken === undefined) break;
        progress.seen += 1;
        const meant = isMeant(readLetter(taken.message, origin), options, this.#clock.wall());
        if (meant) progress.meant += 1;
        if (meant && !(await handle(taken, done))) progress.failed += 1;
        tell();
      }
      await settle();
      await walk.close();
    } catch (error) {
      // What is confirmed by now need not be there twice.
      await settle().catch(() => undefined);
      await walk.close().catch(() => undefined);
      throw error;
    }
    return { ...progress };
  }

  /** What the broker says of a queue; undefined if there is none. */
  async #facts(queue: string): Promise<{ messageCount: number; consumerCount: number } | undefined> {
    const channel = await answered(this.#clock, this.#model.createChannel());
    channel.on('error', () => undefined);
    try {
      const facts = await answered(this.#clock, channel.checkQueue(queue));
      await answered(this.#clock, channel.close());
      return facts;
    } catch (error) {
      if ((error as { code?: unknown }).code === 404) return undefined;
      throw walkError(queue, error);
    }
  }
}

function checked(options: LetterOptions): LetterOptions {
  const { limit = 1, olderThanMs = 0 } = options;
  if (!Number.isInteger(limit) || limit < 1) throw invalid('limit must be a whole number of 1 or more');
  if (!(olderThanMs >= 0)) throw invalid('olderThanMs must be 0 or more');
  return options;
}

function never(): AbortSignal {
  return new AbortController().signal;
}

function invalid(what: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `Dead letters: ${what}.`, { retryable: false });
}

function notFound(queue: string, consequence: string): KeelsonError {
  return new KeelsonError('NOT_FOUND', `There is no queue ${queue}: ${consequence}.`, { retryable: false });
}
