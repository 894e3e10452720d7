import { type CommandDefinition, type EventDefinition } from './definition';

/** An event or a command, as its handler sees it. */
export interface Message<T> {
  /** Stays the same through repetitions: what a handler tells duplicates by. */
  readonly id: string;
  /** The name of its definition. */
  readonly type: string;
  /** Checked by the definition's schema, as the schema made it. */
  readonly data: T;
  /** The service that published it. */
  readonly source: string;
  /** When it was published, by RFC 3339. */
  readonly time: string;
  /** What it is about, such as the number of an order; messages with the same key stay in order where the subscription is `ordered`. */
  readonly key: string | undefined;
  /** 1 at first; counts the repetitions after a failure. */
  readonly attempt: number;
  /** What the publisher sent along, and the trace. Names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts when the handler's time or the sender's is up, and when the service cannot wait any longer. */
  readonly signal: AbortSignal;
  /** Of a command: when its sender stops waiting, in ms since the epoch by the clock that does not jump. Events have none. */
  readonly deadline: number | undefined;
}

/** How one event is published. */
export interface PublishOptions {
  /** What the event is about, printable text of at most 1 kB; see {@link Message.key}. */
  readonly key?: string;
  /** Sent along; names in any case, values of printable text, 8 kB altogether. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An event that was not taken by then is of no use, and skipped by whoever takes it later; in ms, 1 or more. @default it never is */
  readonly ttlMs?: number;
  /** Reaches its subscribers so much later at the earliest, in ms. @default 0 */
  readonly delayMs?: number;
  /** How long the broker may take to take it, in ms, 1 or more. @default 30000 */
  readonly timeoutMs?: number;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
}

/** How one command is sent. */
export interface SendOptions {
  /** How long to wait for the reply, in ms, 1 or more. @default 10000, or what the request being handled has left if that is less */
  readonly timeoutMs?: number;
  /** Gives up waiting; what is being done is not undone. */
  readonly signal?: AbortSignal;
  /** Sent along. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** When a failed event is handled again. */
export interface RetryLadder {
  /** The delay before each repetition, in ms; none: it goes to the dead letters at its first failure. At most 20. @default [1000, 5000, 30000, 120000] */
  readonly delaysMs: readonly number[];
}

/** How events are taken. */
export interface SubscribeOptions {
  /** Each group gets every event, its members share the work. @default the service's name */
  readonly group?: string;
  /** Handlers that run at once in this process, 1 or more. @default 50 */
  readonly concurrency?: number;
  /** @default after 1 s, 5 s, 30 s and 2 min; then to the dead letters */
  readonly retry?: RetryLadder;
  /** Events of the same key one after the other, in the order of their publishing, in the whole group: one process takes them at a time. @default false */
  readonly ordered?: boolean;
  /** When the handler's signal aborts, in ms. What ignores it keeps its place until it ends. @default 300000 */
  readonly timeoutMs?: number;
}

/** How commands are taken. */
export interface HandleOptions {
  /** Handlers that run at once in this process, 1 or more. @default 50 */
  readonly concurrency?: number;
}

/** Handles one event. When it throws, the event is handled again later, unless what it throws has `retryable: false`. */
export type EventHandler<T> = (message: Message<T>) => Promise<void> | void;

/** Handles one command and returns the reply. What it throws, the sender gets as the cause of REPLY_FAILED; it is not repeated. */
export type CommandHandler<T, R> = (message: Message<T>) => Promise<R> | R;

/** Taking messages, until it is closed. */
export interface Subscription {
  /** Takes no more, finishes what runs and gives the rest back. Idempotent. Its own handler must not wait for it: each would wait for the other. */
  close(): Promise<void>;
}

/** Events to whoever subscribes, commands with a reply. */
export interface Messaging {
  /**
   * Publishes an event; resolves when the broker has taken responsibility for it.
   *
   * @throws PAYLOAD_INVALID, PUBLISH_UNROUTABLE (nobody subscribes), PUBLISH_NO_EXCHANGE, PUBLISH_NACKED, PUBLISH_BUFFER_FULL, ABORTED, TIMEOUT (with
   *   `details.outcome: 'unknown'` where the broker may have it all the same), NOT_STARTED, STOPPED
   */
  publish<T>(event: EventDefinition<T>, data: NoInfer<T>, options?: PublishOptions): Promise<void>;
  /**
   * Takes an event, from when the service is ready. At least once: a handler may see an event again.
   *
   * @throws CONFIG_INVALID for options that are not valid, and for a second subscription of the same group
   */
  subscribe<T>(event: EventDefinition<T>, handler: EventHandler<NoInfer<T>>, options?: SubscribeOptions): Subscription;
  /**
   * Sends a command and waits for its reply.
   *
   * @throws PAYLOAD_INVALID, PUBLISH_UNROUTABLE (nobody handles it), the other PUBLISH_ codes, REPLY_FAILED (the handler's error is its cause), ABORTED,
   *   TIMEOUT and DEADLINE_EXCEEDED (with `details.outcome: 'unknown'` where it may be done all the same), NOT_STARTED, STOPPED
   */
  send<T, R>(command: CommandDefinition<T, R>, data: NoInfer<T>, options?: SendOptions): Promise<R>;
  /**
   * Handles a command, from when the service is ready.
   *
   * @throws CONFIG_INVALID for options that are not valid, and for a second handler of the same command
   */
  handle<T, R>(
    command: CommandDefinition<T, R>,
    handler: CommandHandler<NoInfer<T>, NoInfer<R>>,
    options?: HandleOptions,
  ): Subscription;
}
