import { EventEmitter } from 'node:events';
import { type ChannelModel, type ConfirmChannel, type GetMessage, type Options } from 'amqplib';

/** What lies in a queue. */
export interface Lying {
  readonly content: Buffer;
  readonly properties: Options.Publish;
}

interface FakeQueue {
  readonly arguments: unknown;
  lying: Lying[];
  /** More are refused. */
  most: number;
}

/** What amqplib rejects with for an error of the broker. */
export function serverError(code: number, name: string, text: string): Error {
  return Object.assign(new Error(`Operation failed: QueueDeclare; ${code} (${name}) with message "${text}"`), { code });
}

/** As amqplib's own, for what is asked of a channel that ended. */
export function endedError(): Error {
  return Object.assign(new Error('Channel closed'), { name: 'IllegalOperationError' });
}

/** Queues and channels like those of RabbitMQ, as far as tools need them. Nothing waits. */
export class LetterBroker {
  readonly queues = new Map<string, FakeQueue>();
  readonly exchanges = new Map<string, string>();
  readonly bindings: string[] = [];
  readonly channels: FakeChannel[] = [];
  /** Confirms that were held back: each function lets one go. */
  readonly held: (() => void)[] = [];
  holdConfirms = false;
  /** The connection was closed in order. */
  closed = false;
  /** Answers do not come. */
  silent = false;
  /** Of all questions that fail: the next one. */
  failWith: Error | undefined;

  queue(name: string, lying: readonly Lying[] = [], most = Infinity, args: unknown = {}): FakeQueue {
    const made: FakeQueue = { arguments: args, lying: [...lying], most };
    this.queues.set(name, made);
    return made;
  }

  /** The ids of what lies in a queue. */
  ids(name: string): unknown[] {
    return this.queues.get(name)?.lying.map(({ properties }) => properties.messageId) ?? [];
  }

  get model(): ChannelModel {
    const create = (): Promise<ConfirmChannel> => {
      const channel = new FakeChannel(this);
      this.channels.push(channel);
      return Promise.resolve(channel as unknown as ConfirmChannel);
    };
    const close = (): Promise<void> => {
      this.closed = true;
      return Promise.resolve();
    };
    const model = { createChannel: create, createConfirmChannel: create, close, on: () => model };
    return model as unknown as ChannelModel;
  }

  /** The connection is lost: what is not settled lies in its queue again. */
  cut(): void {
    for (const channel of this.channels) channel.end(endedError());
  }

  get openChannels(): number {
    return this.channels.filter(({ open }) => open).length;
  }
}

class FakeChannel extends EventEmitter {
  readonly #broker: LetterBroker;
  readonly #unacked = new Map<number, { queue: string; lying: Lying }>();
  open = true;
  #tag = 0;

  constructor(broker: LetterBroker) {
    super();
    this.setMaxListeners(0);
    this.#broker = broker;
  }

  get(queue: string): Promise<GetMessage | false> {
    return this.#answer(() => {
      const from = this.#queue(queue);
      const lying = from.lying.shift();
      if (lying === undefined) return false;
      this.#tag += 1;
      this.#unacked.set(this.#tag, { queue, lying });
      const fields = { deliveryTag: this.#tag, redelivered: false, exchange: '', routingKey: queue };
      return {
        content: lying.content,
        fields: { ...fields, messageCount: from.lying.length },
        properties: lying.properties,
      } as unknown as GetMessage;
    });
  }

  ack({ fields }: GetMessage): void {
    if (!this.open) throw endedError();
    this.#unacked.delete(fields.deliveryTag);
  }

  close(): Promise<void> {
    return this.#answer(() => this.end(endedError()));
  }

  checkQueue(queue: string): Promise<{ queue: string; messageCount: number; consumerCount: number }> {
    return this.#answer(() => ({ queue, messageCount: this.#queue(queue).lying.length, consumerCount: 0 }));
  }

  assertQueue(name: string, options: { arguments: Record<string, unknown> }): Promise<void> {
    return this.#answer(() => {
      const there = this.#broker.queues.get(name);
      if (there === undefined) this.#broker.queue(name, [], Infinity, options.arguments);
      else if (JSON.stringify(there.arguments) !== JSON.stringify(options.arguments))
        throw serverError(
          406,
          'PRECONDITION-FAILED',
          `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${name}' in vhost '/': received 'quorum' but current is 'classic'`,
        );
    });
  }

  checkExchange(name: string): Promise<void> {
    return this.#answer(() => {
      if (!this.#broker.exchanges.has(name)) throw serverError(404, 'NOT-FOUND', 'no exchange');
    });
  }

  assertExchange(name: string, type: string): Promise<void> {
    return this.#answer(() => void this.#broker.exchanges.set(name, type));
  }

  bindQueue(queue: string, exchange: string, key: string): Promise<void> {
    return this.#answer(() => void this.#broker.bindings.push(`${queue} ${exchange} ${key}`));
  }

  publish(
    _exchange: string,
    queue: string,
    content: Buffer,
    properties: Options.Publish,
    confirm: (error: Error | null) => void,
  ): boolean {
    if (!this.open) throw endedError();
    if (properties.headers?.['unwritable'] !== undefined) throw new TypeError('Unsupported header');
    this.once('close', () => confirm(new Error('channel closed')));
    const answer = (): void => {
      if (!this.open) return;
      const to = this.#broker.queues.get(queue);
      if (to === undefined) this.emit('return', { properties });
      if (to !== undefined && to.lying.length >= to.most) return confirm(new Error('message nacked'));
      to?.lying.push({ content, properties });
      confirm(null);
    };
    if (this.#broker.holdConfirms) this.#broker.held.push(answer);
    else queueMicrotask(answer);
    return true;
  }

  /** Puts back what was not acked, where it was. */
  end(_error: Error): void {
    if (!this.open) return;
    this.open = false;
    for (const [tag, { queue, lying }] of [...this.#unacked].reverse()) {
      this.#broker.queues.get(queue)?.lying.unshift(lying);
      this.#unacked.delete(tag);
    }
    this.emit('close');
  }

  #queue(name: string): FakeQueue {
    const queue = this.#broker.queues.get(name);
    if (queue === undefined) throw serverError(404, 'NOT-FOUND', `NOT_FOUND - no queue '${name}' in vhost '/'`);
    return queue;
  }

  async #answer<T>(make: () => T): Promise<T> {
    if (!this.open) throw endedError();
    if (this.#broker.silent) return new Promise(() => undefined);
    await Promise.resolve();
    try {
      const { failWith } = this.#broker;
      this.#broker.failWith = undefined;
      if (failWith !== undefined) throw failWith;
      return make();
    } catch (error) {
      this.end(error as Error);
      throw error;
    }
  }
}
