import { EventEmitter } from 'node:events';
import { type Channel, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';

/** What a channel was asked for. */
export interface Asked {
  readonly what: string;
  readonly args: readonly unknown[];
}

/** A channel that remembers what it was asked for, and answers as told. */
export class FakeChannel extends EventEmitter {
  readonly asked: Asked[] = [];
  /** What the next request of this kind is rejected with. */
  readonly refusals = new Map<string, Error>();
  onMessage: ((message: ConsumeMessage | null) => void) | undefined;
  unwritable: Error | undefined;
  closed = false;

  assertExchange = (...args: unknown[]): Promise<unknown> => this.#answer('assertExchange', args, {});
  checkExchange = (...args: unknown[]): Promise<unknown> => this.#answer('checkExchange', args, {});
  assertQueue = (...args: unknown[]): Promise<unknown> =>
    this.#answer('assertQueue', args, { queue: args[0] === '' ? 'amq.gen-1' : args[0] });
  checkQueue = (...args: unknown[]): Promise<unknown> => this.#answer('checkQueue', args, {});
  bindQueue = (...args: unknown[]): Promise<unknown> => this.#answer('bindQueue', args, {});
  prefetch = (...args: unknown[]): Promise<unknown> => this.#answer('prefetch', args, {});
  cancel = (...args: unknown[]): Promise<unknown> => this.#answer('cancel', args, {});

  consume = (
    queue: string,
    onMessage: (message: ConsumeMessage | null) => void,
    options?: unknown,
  ): Promise<unknown> => {
    this.onMessage = onMessage;
    return this.#answer('consume', [queue, options], { consumerTag: 'tag' });
  };

  publish = (...args: unknown[]): boolean => {
    if (this.unwritable !== undefined) throw this.unwritable;
    this.asked.push({ what: 'publish', args });
    return true;
  };

  ack = (message: { fields: { deliveryTag: number } }, upTo: boolean): void => {
    this.asked.push({ what: 'ack', args: [message.fields.deliveryTag, upTo] });
  };

  close = async (): Promise<void> => {
    this.closed = true;
    this.emit('close');
  };

  /** As the broker does: it ends the channel with a reason. */
  fail(code: number, message = `code ${code}`): void {
    this.emit('error', brokerError(code, message));
    this.emit('close');
  }

  named(what: string): readonly (readonly unknown[])[] {
    return this.asked.filter((one) => one.what === what).map(({ args }) => args);
  }

  async #answer(what: string, args: unknown[], answer: unknown): Promise<unknown> {
    this.asked.push({ what, args });
    const refusal = this.refusals.get(what);
    if (refusal === undefined) return answer;
    this.refusals.delete(what);
    throw refusal;
  }
}

/** A connection whose channels can be looked at. */
export class FakeModel extends EventEmitter {
  readonly channels: FakeChannel[] = [];
  readonly connection = { stream: { bytesRead: 0 } };
  /** Told of each channel before it is handed over. */
  prepare: (channel: FakeChannel, index: number) => void = () => undefined;
  unable: Error | undefined;
  closed = false;

  createChannel = async (): Promise<FakeChannel> => {
    if (this.unable !== undefined) throw this.unable;
    const channel = new FakeChannel();
    this.channels.push(channel);
    this.prepare(channel, this.channels.length - 1);
    return channel;
  };
  createConfirmChannel = this.createChannel;

  close = async (): Promise<void> => {
    this.closed = true;
  };

  /** The newest channel. */
  get last(): FakeChannel {
    return this.channels.at(-1) as FakeChannel;
  }

  get model(): ChannelModel {
    return this as unknown as ChannelModel;
  }
}

/** As amqplib reports what the broker closed a channel for. */
export function brokerError(code: number, message: string): Error {
  const text = `Operation failed: QueueDeclare; ${code} (PRECONDITION-FAILED) with message "${message}"`;
  return Object.assign(new Error(text), { code });
}

export const asChannel = (channel: FakeChannel): Channel => channel as unknown as Channel;
export const asConfirm = (channel: FakeChannel): ConfirmChannel => channel as unknown as ConfirmChannel;

/** A message as amqplib hands it over. */
export function messageOf(properties: object = {}, body = '{}', fields: object = {}): ConsumeMessage {
  return {
    content: Buffer.from(body),
    fields: {
      deliveryTag: 1,
      redelivered: false,
      exchange: 'order',
      routingKey: 'order.placed',
      consumerTag: 'tag',
      ...fields,
    },
    properties,
  } as ConsumeMessage;
}
