/** A message as it travels. Plain data. */
export interface Envelope {
  readonly id: string;
  /** The name of the event or command. */
  readonly type: string;
  /** Who published it. */
  readonly source: string;
  /** By RFC 3339. */
  readonly time: string;
  readonly key: string | undefined;
  /** Of the body, like `application/json`. */
  readonly contentType: string;
  /** The user's and the trace's; names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** 1 at first; a postponed copy has a higher one. */
  readonly attempt: number;
  /** Of a command: when its sender stops waiting, in ms since the epoch by the wall clock. */
  readonly deadline: number | undefined;
}

/** Limits of one publish. */
export interface PublishLimits {
  /** For the broker to take responsibility, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What else the broker must know of an event. */
export interface EventLimits extends PublishLimits {
  /** Dropped if nobody has taken it by then; undefined: never. */
  readonly ttlMs: number | undefined;
  /** 0: at once. */
  readonly delayMs: number;
}

/** An answer to a command. */
export interface Reply {
  /** False: the body is the problem document of what the handler threw. */
  readonly ok: boolean;
  readonly body: Buffer;
}

/** What is consumed: the events of one name for one group, or the commands of one name. */
export type Source =
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly group: string;
      readonly prefetch: number;
      /** One consumer in the group takes at a time, the others stand by. */
      readonly ordered: boolean;
      /** The delays that will be asked for, in ms, so that what they need can be made ready. */
      readonly delaysMs: readonly number[];
    }
  | { readonly kind: 'command'; readonly name: string; readonly prefetch: number };

/** Why a message goes to the dead letters. */
export interface DeathNote {
  /** `failed`: its handler failed too often or for good; `malformed`: it could not be read or is not valid; `delivery_limit`: it was delivered too often, as if it killed who took it. */
  readonly reason: 'failed' | 'malformed' | 'delivery_limit';
  /** The code of the error, or its name. */
  readonly code: string;
  /** Of the error, at most 1 kB. */
  readonly message: string;
  /** Of the error, at most 4 kB; undefined if there is none. */
  readonly stack: string | undefined;
  /** How often its handler was tried. */
  readonly attempts: number;
}

/** A message in hand. It must come to an end by `ack`, once, and by nothing else. */
export interface Delivery {
  readonly envelope: Envelope;
  /** What is wrong with how it came, if it is so wrong that parts of the envelope are made up. */
  readonly malformed: string | undefined;
  /** How often it was delivered before and never acked; undefined where the broker does not count. */
  readonly redeliveries: number | undefined;
  /** The broker has taken it back, as the connection is gone: it will be delivered again, to anybody, and `ack` does nothing. */
  readonly lost: boolean;
  /** It is done with: the broker may forget it. */
  ack(): void;
  /** Puts a copy of it with this `attempt` back into its own queue, `delayMs` later. Resolves when the broker has taken responsibility for the copy. Events only. */
  postpone(delayMs: number, attempt: number): Promise<void>;
  /** Puts a copy of it among the dead letters of its queue. Resolves when the broker has taken responsibility. Events only. */
  bury(note: DeathNote): Promise<void>;
  /** Answers its sender, as well as it can: who is gone gets none. Commands only. */
  reply(reply: Reply): void;
}

/** Taking from a source. The transport restores it by itself when its connection or its queue was lost. */
export interface Consumption {
  /** `failed`: it cannot be, whatever is tried, until somebody changes something at the broker; it is tried again now and then. */
  readonly state: 'waiting' | 'taking' | 'failed' | 'closed';
  /** Why it failed. */
  readonly error: Error | undefined;
  /** Resolves when it takes for the first time, or is closed before. */
  readonly ready: Promise<void>;
  /** Asks for no more. Resolves when no further delivery will come; at once where the connection is gone. Idempotent. */
  pause(): Promise<void>;
  /** After pause, when all that was begun is settled: hands over the acks, and gives back what was not acked, to the front where the broker can. Idempotent. */
  close(): Promise<void>;
}

/** A binding to a broker, or what stands for one. Constructing opens nothing. */
export interface Transport {
  /** `messaging.system` of the semantic conventions: memory, rabbitmq. */
  readonly kind: string;
  /**
   * Begins to connect. Resolves when connected or when `signal` aborts; a broker that is away neither rejects nor ends the trying.
   */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Publishes an event; resolves when the broker has taken responsibility, and somebody subscribes.
   *
   * @throws PUBLISH_UNROUTABLE, PUBLISH_NO_EXCHANGE, PUBLISH_NACKED, PUBLISH_BUFFER_FULL, ABORTED, TIMEOUT, NOT_STARTED, STOPPED
   */
  publish(envelope: Envelope, limits: EventLimits): Promise<void>;
  /**
   * Sends a command and waits for its reply, whether it is a good one or a bad one.
   *
   * @throws as publish
   */
  request(envelope: Envelope, limits: PublishLimits): Promise<Reply>;
  /** Begins to take from a source; what comes before `start` begins with it. `deliver` must not throw. */
  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption;
  /** Publishes that are on their way or wait; 0 where there is no such thing. */
  readonly outstanding: number;
  /** Is the broker there and taking? What a publish would wait for if not. */
  readonly state: 'connecting' | 'connected' | 'blocked' | 'stopped';
  /** Facts for /health: the address (without credentials), the state, the last error. */
  details(): Readonly<Record<string, unknown>>;
  /** Waits for publishes on their way until the signal aborts, closes everything; what could not be told rejects with STOPPED. Idempotent. */
  stop(signal?: AbortSignal): Promise<void>;
}
