import { type Options } from 'amqplib';
import { KeelsonError, type ErrorCode } from '../../core';
import { type Declaration } from './topology';

/** What is to be published. */
export interface Outgoing {
  /** '' publishes to the queue that is the routing key. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** `messageId` is what a returned message is found by. */
  readonly properties: Options.Publish;
  /** What the exchange needs; none for ''. */
  readonly declarations: readonly Declaration[];
  /** In ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** A copy that a delivery waits for: it goes before what users publish, and has room of its own. */
  readonly urgent?: boolean;
  /**
   * Called right before it is written, to complete the properties; false fails it. What has this is written once, and fails when the connection is lost:
   * it would say other things a second time.
   */
  readonly prepare?: (properties: Options.Publish) => boolean;
}

/** On its way. */
export class Publication {
  readonly outgoing: Outgoing;
  readonly bytes: number;
  /** By the clock that does not jump. */
  readonly expiresAt: number;
  /** It was written to some connection: the broker may have it. */
  written = false;
  /** The broker gave it back, as no queue takes it; its confirm comes next. */
  returned = false;
  settled = false;
  onAbort: (() => void) | undefined;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;

  constructor(outgoing: Outgoing, now: number, resolve: () => void, reject: (error: Error) => void) {
    this.outgoing = outgoing;
    // What an entry costs beside its body, roughly.
    this.bytes = outgoing.body.length + 1_000;
    this.expiresAt = now + outgoing.timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Once; then nothing. @returns whether this was it */
  settle(error?: Error): boolean {
    if (this.settled) return false;
    this.settled = true;
    if (this.onAbort !== undefined) this.outgoing.signal?.removeEventListener('abort', this.onAbort);
    if (error === undefined) this.#resolve();
    else this.#reject(error);
    return true;
  }

  /** An error about it. Where it was written and nobody knows what became of it, it says so. */
  error(code: ErrorCode, what: string, options: { retryable?: boolean; cause?: unknown; known?: boolean } = {}): Error {
    const { exchange, routingKey, properties } = this.outgoing;
    const unknown = this.written && options.known !== true;
    return new KeelsonError(code, `The message ${what}.`, {
      retryable: options.retryable ?? !unknown,
      cause: options.cause,
      details: {
        message: properties.messageId,
        exchange,
        routingKey,
        ...(unknown ? { outcome: 'unknown' } : {}),
      },
    });
  }
}
