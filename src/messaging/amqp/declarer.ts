import { type Channel, type ChannelModel } from 'amqplib';
import { KeelsonError } from '../../core';
import { declareOne, isDeclaredOtherwise, refusalOf } from './declare';
import { keyOf, type Declaration } from './topology';

/**
 * Declares things on a channel of its own, each once per connection: a refusal closes a channel, and must close none that carries messages. What was refused
 * may be asked for again.
 */
export class Declarer {
  readonly #model: ChannelModel;
  readonly #declare: boolean;
  readonly #done = new Map<string, Promise<void>>();
  #channel: Promise<Channel> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(model: ChannelModel, declare: boolean) {
    this.#model = model;
    this.#declare = declare;
  }

  /**
   * Resolves when all are there.
   *
   * @throws CONFIG_INVALID for what was refused; something else if the connection was lost
   */
  async ensure(declarations: readonly Declaration[]): Promise<void> {
    const all = declarations.map((one) => this.#once(one));
    // The first failure is told; the others must not go unhandled.
    for (const one of all) one.catch(() => undefined);
    for (const one of all) await one;
  }

  /** They may be gone: declares them again when asked next. */
  forget(declarations: readonly Declaration[]): void {
    for (const one of declarations) this.#done.delete(keyOf(one));
  }

  #once(one: Declaration): Promise<void> {
    const key = keyOf(one);
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    // One after the other: what follows one that was refused needs the next channel.
    const made = this.#last.then(() => this.#make(one));
    this.#last = made.catch(() => this.#done.delete(key));
    this.#done.set(key, made);
    return made;
  }

  async #make(one: Declaration, declare = this.#declare): Promise<void> {
    const channel = await this.#open();
    try {
      await declareOne(channel, one, declare);
    } catch (error) {
      this.#channel = undefined;
      if (declare && one.kind === 'queue' && one.shared && isDeclaredOtherwise(error)) return this.#make(one, false);
      throw refusalOf(one, error) ?? lost(error);
    }
  }

  async #open(): Promise<Channel> {
    this.#channel ??= this.#model.createChannel();
    try {
      const channel = await this.#channel;
      if (channel.listenerCount('error') === 0) channel.on('error', () => undefined);
      return channel;
    } catch (error) {
      this.#channel = undefined;
      throw lost(error);
    }
  }
}

function lost(error: unknown): KeelsonError {
  return new KeelsonError('CONNECTION_FAILED', 'The connection to the broker was lost.', {
    retryable: true,
    cause: error,
  });
}
