import { type ChannelModel, type ConfirmChannel, type Message } from 'amqplib';
import { KeelsonError, type Clock, type Timer } from '../../core';
import { type Declarer } from './declarer';
import { Lanes } from './lanes';
import { Ledger } from './ledger';
import { Publication, type Outgoing } from './publication';
import { Routes } from './routes';
import { type Declaration } from './topology';
import { Window } from './window';
import { writerOf, type Writer } from './writer';

/** How much may be on its way, and what is counted. */
export interface PublisherOptions {
  readonly clock: Clock;
  readonly maxOutstanding: number;
  readonly maxBuffered: number;
  readonly onReturned: () => void;
  readonly onNacked: () => void;
}

/** Again after that, where a channel could not be had although the connection stands. */
const againMs = 1_000;

/** Publishes on one channel with confirms: a window of unconfirmed ones, and behind it those that wait. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #routes: Routes;
  readonly #ledger: Ledger;
  readonly #lanes: Lanes;
  #window = new Window<Publication>();
  #model: ChannelModel | undefined;
  #declarer: Declarer | undefined;
  #channel: ConfirmChannel | undefined;
  #writer: Writer | undefined;
  #timer: Timer | undefined;
  #pausedBy = { broker: false, socket: false };
  #pumping = false;
  #stage: 'open' | 'draining' | 'stopped' = 'open';

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.clock);
    this.#lanes = new Lanes(options.maxOutstanding);
    this.#routes = new Routes(() => options.clock.now(), {
      ready: (held) => this.#release(held),
      refused: (held, error) => {
        for (const one of held)
          this.#ledger.settle(
            one,
            one.error('PUBLISH_NO_EXCHANGE', 'has no exchange to go to', {
              cause: error,
              retryable: false,
              known: !one.written,
            }),
          );
      },
    });
  }

  /** How many are not settled. */
  get outstanding(): number {
    return this.#ledger.size;
  }

  /** Written and not confirmed. */
  get unconfirmed(): number {
    return this.#window.size;
  }

  /** Of all that are not settled. */
  get bytes(): number {
    return this.#ledger.bytes;
  }

  /** Resolves when the broker has taken responsibility. */
  publish(outgoing: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      const one = new Publication(outgoing, this.#options.clock.now(), resolve, reject);
      const refused = this.#refusal(one);
      if (refused !== undefined) return reject(refused);
      this.#ledger.add(one);
      this.#lanes.push(one);
      this.#pumpSoon();
    });
  }

  /** A connection stands. */
  up(model: ChannelModel, declarer: Declarer): void {
    this.#model = model;
    this.#declarer = declarer;
    this.#pausedBy = { broker: false, socket: false };
    this.#routes.up(declarer);
    void this.#openChannel(model);
  }

  /** It is gone. What was not confirmed is written again to the next one, with the same id. */
  down(error: Error): void {
    this.#model = undefined;
    this.#declarer = undefined;
    this.#channelGone(error);
    this.#release(this.#routes.down());
  }

  /** Something was deleted at the broker: declares it again. */
  async repair(declarations: readonly Declaration[]): Promise<void> {
    this.#declarer?.forget(declarations);
    await this.#declarer?.ensure(declarations);
  }

  /** The broker takes nothing for now. */
  blocked(on: boolean): void {
    this.#pausedBy.broker = on;
    this.#pumpSoon();
  }

  /** Takes no more from users. Resolves when all is settled, or when the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    if (this.#stage === 'open') this.#stage = 'draining';
    await this.#ledger.idle(signal);
  }

  /** Gives up what is left. */
  stop(): void {
    this.#stage = 'stopped';
    this.#ledger.stop();
    this.#timer?.cancel();
    this.#model = undefined;
    this.#channel = undefined;
  }

  #refusal(one: Publication): Error | undefined {
    const { urgent, signal } = one.outgoing;
    if (this.#stage === 'stopped' || (this.#stage === 'draining' && urgent !== true))
      return new KeelsonError('STOPPED', 'The transport has stopped.', { retryable: false });
    if (signal?.aborted) return one.error('ABORTED', 'was given up', { retryable: false });
    const { bytes } = this.#ledger;
    if (urgent === true || bytes === 0 || bytes + one.bytes <= this.#options.maxBuffered) return undefined;
    return one.error('PUBLISH_BUFFER_FULL', `is one too many: others of ${bytes} bytes wait for the broker`);
  }

  async #openChannel(model: ChannelModel): Promise<void> {
    // amqplib tells that a channel ended before it tells that its connection did.
    await Promise.resolve();
    if (this.#model !== model) return;
    try {
      const channel = await model.createConfirmChannel();
      if (this.#model !== model) return;
      this.#listen(channel);
      this.#channel = channel;
      this.#window = new Window();
      this.#pausedBy.socket = false;
      this.#writer = writerOf(channel, () => {
        if (this.#channel !== channel) return;
        this.#pausedBy.socket = false;
        this.#pumpSoon();
      });
      this.#pump();
    } catch {
      if (this.#model !== model) return;
      this.#timer?.cancel();
      this.#timer = this.#options.clock.after(againMs, () => void this.#openChannel(model));
    }
  }

  #listen(channel: ConfirmChannel): void {
    let error: Error | undefined;
    channel.on('ack', ({ deliveryTag, multiple }: Confirm) => this.#confirmed(channel, deliveryTag, multiple, true));
    channel.on('nack', ({ deliveryTag, multiple }: Confirm) => this.#confirmed(channel, deliveryTag, multiple, false));
    channel.on('return', (message: Message) => this.#returned(message));
    channel.on('error', (why: Error) => (error = why));
    channel.on('close', () => {
      const model = this.#model;
      if (this.#channel !== channel || model === undefined) return;
      this.#channelGone(error);
      void this.#openChannel(model);
    });
  }

  #channelGone(error: Error | undefined): void {
    this.#channel = undefined;
    const lost = this.#window.values().filter((one) => !one.settled);
    this.#window = new Window();
    const code = (error as { code?: unknown } | undefined)?.code;
    if (code === 404) this.#routes.doubt(/no exchange '([^']*)'/.exec(String(error?.message))?.[1]);
    else if (guilty.has(code)) this.#suspect(lost, error);
    for (const one of lost)
      if (one.outgoing.prepare !== undefined)
        this.#ledger.settle(
          one,
          one.error('CONNECTION_FAILED', 'was on its way when the connection was lost', { cause: error }),
        );
    this.#lanes.again(lost.filter((one) => !one.settled));
  }

  /** One of these cost the channel, or the connection: which, they show when they are written alone. */
  #suspect(lost: readonly Publication[], error: Error | undefined): void {
    const [first] = lost;
    if (!this.#lanes.careful || first === undefined || lost.length > 1) return this.#lanes.suspect(lost.length);
    this.#ledger.settle(
      first,
      first.error('PUBLISH_NACKED', 'was refused by the broker', { cause: error, retryable: false, known: true }),
    );
  }

  #confirmed(channel: ConfirmChannel, tag: number, multiple: boolean, ok: boolean): void {
    if (this.#channel !== channel) return;
    this.#window.confirm(tag, multiple, (one) => {
      this.#lanes.confirmed();
      this.#ledger.settle(one, ok ? this.#unroutable(one) : this.#nacked(one));
    });
    this.#pumpSoon();
  }

  #unroutable(one: Publication): Error | undefined {
    if (!one.returned) return undefined;
    return one.error('PUBLISH_UNROUTABLE', 'was not taken by any queue', { known: true, retryable: false });
  }

  #nacked(one: Publication): Error {
    this.#options.onNacked();
    return one.error('PUBLISH_NACKED', 'was refused by the broker', { known: true, retryable: true });
  }

  /** Comes before the confirm, with the whole message. */
  #returned({ fields, properties }: Message): void {
    this.#options.onReturned();
    const one = this.#window.find(
      ({ returned, outgoing }) =>
        !returned &&
        outgoing.properties.messageId === properties.messageId &&
        outgoing.routingKey === fields.routingKey &&
        outgoing.exchange === fields.exchange,
    );
    if (one !== undefined) one.returned = true;
  }

  #release(held: readonly Publication[]): void {
    this.#lanes.release(held);
    this.#pumpSoon();
  }

  /** At the end of the turn, so that what comes in one turn goes out in one. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    const writer = this.#writer;
    if (this.#channel === undefined || writer === undefined) return;
    while (!this.#pausedBy.broker && !this.#pausedBy.socket) {
      const one = this.#lanes.next(this.#window.size);
      if (one === undefined) break;
      if (one.settled || !this.#routes.admits(one)) continue;
      if (!this.#write(writer, one)) break;
    }
    if (!writer.flush()) this.#pausedBy.socket = true;
  }

  /** @returns whether more may be written */
  #write(writer: Writer, one: Publication): boolean {
    const { exchange, routingKey, body, properties, prepare } = one.outgoing;
    try {
      if (prepare?.(properties) === false) {
        this.#ledger.settle(one, one.error('CONNECTION_FAILED', 'could not be sent, as the connection was just lost'));
        return true;
      }
      this.#pausedBy.socket = !writer.write(exchange, routingKey, body, properties);
    } catch (error) {
      // The channel ended, and its end was not told yet: to be written again.
      if ((error as Error).name === 'IllegalOperationError') {
        this.#lanes.again([one]);
        return false;
      }
      this.#ledger.settle(one, one.error('PAYLOAD_INVALID', 'cannot be written', { cause: error, retryable: false }));
      return true;
    }
    one.written = true;
    this.#window.add(one);
    return true;
  }
}

interface Confirm {
  readonly deliveryTag: number;
  readonly multiple: boolean;
}

/** What a channel or a connection is ended with for what was written to it. */
const guilty: ReadonlySet<unknown> = new Set([311, 403, 406, 501, 502, 503, 505, 540]);
