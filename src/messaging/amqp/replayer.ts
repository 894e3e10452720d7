import { type ConfirmChannel, type GetMessage, type Message, type Options } from 'amqplib';
import { KeelsonError, type Clock } from '../../core';
import { copiedHeaders } from './headers';
import { answered } from './letter-walk';

/** On their way at once. */
const mostUnconfirmed = 100;

interface Unconfirmed {
  readonly id: unknown;
  returned: boolean;
}

/** Puts letters back into the queue that they died in, each confirmed by the broker. */
export class Replayer {
  readonly #channel: ConfirmChannel;
  readonly #queue: string;
  readonly #clock: Clock;
  readonly #unconfirmed = new Set<Unconfirmed>();
  #failure: Error | undefined;
  #waiting: { readonly most: number; readonly go: () => void } | undefined;

  constructor(channel: ConfirmChannel, queue: string, clock: Clock) {
    this.#channel = channel;
    this.#queue = queue;
    this.#clock = clock;
    channel.on('return', ({ properties }: Message) => this.#returned(properties.messageId));
  }

  /**
   * Resolves when there is room for the next one. `confirmed` is called when the broker has it.
   *
   * @returns false if it cannot be written: then nothing was sent
   * @throws what became of earlier ones, if one of them was refused
   */
  async send(message: GetMessage, confirmed: () => void): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure;
    const one: Unconfirmed = { id: message.properties.messageId, returned: false };
    const settled = (error: unknown): void => this.#settled(one, error, confirmed);
    let room: boolean;
    this.#unconfirmed.add(one);
    try {
      room = this.#channel.publish('', this.#queue, message.content, replayed(message), settled);
    } catch (error) {
      this.#unconfirmed.delete(one);
      if (isEnded(error)) throw this.#lost(error);
      return false;
    }
    await this.#atMost(room ? mostUnconfirmed - 1 : 0);
    return true;
  }

  /** Resolves when all are confirmed. @throws what became of one that was refused; TIMEOUT */
  async drained(): Promise<void> {
    await this.#atMost(0);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #atMost(most: number): Promise<void> {
    while (this.#unconfirmed.size > most)
      await answered(this.#clock, new Promise<void>((go) => (this.#waiting = { most, go })));
  }

  #settled(one: Unconfirmed, error: unknown, confirmed: () => void): void {
    this.#unconfirmed.delete(one);
    if (one.returned) this.#failure ??= this.#gone();
    else if (error === null || error === undefined) confirmed();
    else this.#failure ??= this.#lost(error);
    if (this.#waiting !== undefined && this.#unconfirmed.size <= this.#waiting.most) this.#waiting.go();
  }

  /** It comes before the confirm. Where ids are not unique more letters are kept than need be, and none is lost. */
  #returned(id: unknown): void {
    for (const one of this.#unconfirmed) if (one.id === id) one.returned = true;
  }

  #gone(): KeelsonError {
    return new KeelsonError('PUBLISH_UNROUTABLE', `The queue ${this.#queue} is gone; its letters are kept.`, {
      retryable: false,
    });
  }

  #lost(cause: unknown): KeelsonError {
    if (!isEnded(cause) && (cause as Error).message === 'message nacked') {
      const message = `The broker refused a letter for ${this.#queue}: it may be full. The letter is kept.`;
      return new KeelsonError('PUBLISH_NACKED', message, { retryable: true, cause });
    }
    const message = 'The connection to the broker was lost; what was not confirmed is kept, and may be there twice.';
    return new KeelsonError('CONNECTION_FAILED', message, { retryable: true, cause });
  }
}

/** As a first attempt: without what was counted, why it died, and when it was of no use any more. Without `userId`, which must be that of the connection. */
function replayed({ properties }: GetMessage): Options.Publish {
  const names = ['contentType', 'contentEncoding', 'correlationId', 'replyTo', 'timestamp', 'appId', 'type'] as const;
  const kept = [...names, 'priority', 'messageId'] as const;
  const found = kept.filter((name) => properties[name] !== undefined);
  const headers = copiedHeaders(properties.headers ?? {});
  return {
    ...(Object.fromEntries(found.map((name) => [name, properties[name] as unknown])) as Options.Publish),
    persistent: true,
    mandatory: true,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !left.test(name))),
  };
}

const left =
  /^(?:keelson-(?:attempt|expires|dead-.*)|x-exception-(?:message|stacktrace)|x-original-(?:exchange|routingKey))$/;

/** amqplib's error for what is asked of a channel that has ended. */
function isEnded(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'IllegalOperationError';
}
