import { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { KeelsonError, isKeelsonError, rest, within, type Clock, type Logger, type Timer } from '../../core';
import { type Consumption, type Delivery, type Source } from '../transport';
import { Acks } from './acks';
import { failedBackoffMs } from './backoff';
import { refusalOf } from './declare';
import { type Declarer } from './declarer';
import { AmqpDelivery, type DeliveryContext, type Hand } from './delivery';
import { decodeEnvelope } from './envelope-codec';
import { takeFast } from './fast-lane';
import { topologyOf, type Declaration } from './topology';
import { writerOf } from './writer';

/** What a consumer needs besides its source. */
export interface ConsumerContext extends DeliveryContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** An event came after its `ttlMs`. */
  readonly onExpired: () => void;
}

/** Before a channel that ended is opened again, in ms. */
const againMs = 100;
const closeMs = 2_000;
/** Time for a quorum queue to store acks, in ms. Only waited for where the last ones are more than it takes at once: handlers that outlive the grace, or lanes. */
const storedMs = 200;

/** Takes from one queue on a channel of its own, and does so again after whatever happened to the connection, the channel or the queue. */
export class Consumer implements Consumption {
  readonly ready: Promise<void>;
  readonly #context: ConsumerContext;
  readonly #deliver: (delivery: Delivery) => void;
  readonly #declarations: readonly Declaration[];
  readonly #onClosed: () => void;
  #state: Consumption['state'] = 'waiting';
  #error: Error | undefined;
  #link: { readonly model: ChannelModel; readonly declarer: Declarer } | undefined;
  #hand: Hand | undefined;
  #tag: string | undefined;
  /** Counts what was begun: what an older round finds out is of no use. */
  #round = 0;
  #failures = 0;
  /** It was declared, and nothing has shown since that it is gone. */
  #declared = false;
  #notBefore = 0;
  #timer: Timer | undefined;
  #pausing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isReady: () => void = () => undefined;

  /** @param onClosed called once, when it is closed */
  constructor(context: ConsumerContext, deliver: (delivery: Delivery) => void, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.#context = context;
    this.#deliver = deliver;
    this.#declarations = topologyOf([context.source], context.topology);
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
  }

  get source(): Source {
    return this.#context.source;
  }

  get state(): Consumption['state'] {
    return this.#state;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  /** A connection stands. */
  up(model: ChannelModel, declarer: Declarer): void {
    this.#link = { model, declarer };
    // What failed is not tried sooner for a new connection.
    if (this.#state === 'failed') this.#later(Math.max(0, this.#notBefore - this.#context.clock.now()));
    else void this.#open();
  }

  /** It is gone. */
  down(): void {
    this.#link = undefined;
    this.#drop();
  }

  pause(): Promise<void> {
    this.#pausing ??= this.#pause();
    return this.#pausing;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(this.#onClosed);
    return this.#closing;
  }

  async #open(): Promise<void> {
    const link = this.#link;
    if (link === undefined || this.#pausing !== undefined) return;
    this.#timer?.cancel();
    const round = ++this.#round;
    const current = (): boolean => round === this.#round;
    try {
      // What was there before a connection was lost is taken from first, and declared behind that: messages wait in it.
      const known = this.#declared;
      if (!known) await this.#ensure(link.declarer);
      if (!current()) return;
      const hand = this.#take(await link.model.createChannel());
      if (!current()) return void hand.channel.close().catch(() => undefined);
      this.#hand = hand;
      const { queue, source } = this.#context;
      await hand.channel.prefetch(source.prefetch);
      takeFast(hand.channel, (message) => this.#received(hand, message));
      const { consumerTag } = await hand.channel.consume(queue, (message) => this.#received(hand, message));
      if (current()) this.#taking(consumerTag);
      if (known) await this.#ensure(link.declarer);
    } catch (error) {
      if (current()) this.#failed(error);
    }
  }

  async #ensure(declarer: Declarer): Promise<void> {
    await declarer.ensure(this.#declarations);
    this.#declared = true;
  }

  #take(channel: Channel): Hand {
    const writer = writerOf(channel, () => undefined);
    const hand: Hand = { channel, writer, acks: new Acks(writer), lost: false };
    let error: Error | undefined;
    channel.on('error', (why: Error) => (error = why));
    channel.on('close', () => {
      const mine = this.#hand === hand;
      this.#lose(hand);
      if (mine) this.#broken(error);
    });
    return hand;
  }

  #taking(tag: string): void {
    this.#tag = tag;
    this.#failures = 0;
    this.#error = undefined;
    this.#state = 'taking';
    this.#isReady();
  }

  #received(hand: Hand, message: ConsumeMessage | null): void {
    if (hand.lost) return;
    // Null: the broker ended it, as the queue was deleted or its node is gone.
    if (message === null) {
      this.#declared = false;
      return this.#broken(undefined);
    }
    hand.acks.delivered(message.fields.deliveryTag);
    const decoded = decodeEnvelope(message, () => this.#context.now());
    const delivery = new AmqpDelivery(message, decoded, hand, this.#context);
    if (decoded.expires !== undefined && decoded.expires <= this.#context.clock.wall()) {
      this.#context.onExpired();
      return delivery.ack();
    }
    this.#deliver(delivery);
  }

  /** The channel ended, or the consumer was cancelled, while the connection may well stand. */
  #broken(error: Error | undefined): void {
    const { queue, log } = this.#context;
    this.#drop();
    // A channel that ends with its connection has no error of its own.
    if (error !== undefined) this.#declared = false;
    if (this.#link === undefined || this.#pausing !== undefined) return;
    log.warn('Taking from a queue was interrupted', { queue, err: error });
    this.#link.declarer.forget(this.#declarations);
    this.#later(againMs);
  }

  #failed(error: unknown): void {
    const { queue, log, clock } = this.#context;
    const reason = isKeelsonError(error, 'CONFIG_INVALID') ? error : this.#refusal(error);
    this.#drop();
    this.#declared = false;
    // All of it: what was bound to a queue that was refused is not bound to the one that takes its place.
    this.#link?.declarer.forget(this.#declarations);
    // The connection is about to be told lost; if it is not, another try.
    if (reason === undefined) return this.#later(againMs);
    if (this.#error?.message !== reason.message) log.error('Cannot take from a queue', { queue, err: reason });
    this.#state = 'failed';
    this.#error = reason;
    this.#failures += 1;
    const ms = failedBackoffMs(this.#failures);
    this.#notBefore = clock.now() + ms;
    this.#later(ms);
  }

  #later(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.after(ms, () => void this.#open());
  }

  /** Consuming was refused, but not as the queue is gone: that is declared again. */
  #refusal(error: unknown): KeelsonError | undefined {
    if ((error as { code?: unknown } | undefined)?.code === 404) return undefined;
    return refusalOf({ kind: 'queue', name: this.#context.queue, arguments: {}, shared: false }, error);
  }

  /** Lets go of the channel. */
  #drop(): void {
    this.#round += 1;
    this.#timer?.cancel();
    const hand = this.#hand;
    this.#hand = undefined;
    this.#tag = undefined;
    if (this.#state === 'taking') this.#state = 'waiting';
    if (hand === undefined || hand.lost) return;
    this.#lose(hand);
    closeQuietly(hand.channel);
  }

  #lose(hand: Hand): void {
    hand.lost = true;
    hand.acks.close();
  }

  async #pause(): Promise<void> {
    this.#round += 1;
    this.#timer?.cancel();
    const [hand, tag] = [this.#hand, this.#tag];
    if (this.#state !== 'closed') this.#state = 'waiting';
    if (hand === undefined || hand.lost) return;
    // It was about to begin: the channel's end is the only way to be sure.
    if (tag === undefined) return this.#drop();
    hand.acks.spare();
    await hand.channel.cancel(tag).catch(() => undefined);
  }

  async #close(): Promise<void> {
    await within(this.#context.clock, closeMs, this.pause(), late).catch(() => undefined);
    const hand = this.#hand;
    this.#hand = undefined;
    this.#state = 'closed';
    this.#isReady();
    if (hand === undefined || hand.lost) return;
    const many = hand.acks.last();
    this.#lose(hand);
    if (many) await rest(this.#context.clock, storedMs);
    await within(this.#context.clock, closeMs, hand.channel.close(), late).catch(() => undefined);
  }
}

function closeQuietly(channel: Channel): void {
  try {
    void channel.close().catch(() => undefined);
  } catch {
    // It is closed.
  }
}

function late(): KeelsonError {
  return new KeelsonError('TIMEOUT', 'The broker did not answer in time.', { retryable: false });
}
