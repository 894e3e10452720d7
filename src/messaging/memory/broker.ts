import { KeelsonError, systemClock, type Clock, type Logger } from '../../core';
import { type DeadLetter, type QueueLimits } from './dead-letters';
import { Delays } from './delays';
import { BrokerLink, type MemoryLink } from './link';
import { MemoryQueue, type QueueTools } from './queue';
import { Queues } from './queues';

/** Options of {@link createMemoryBroker}. */
export interface MemoryBrokerOptions {
  /** Delays and expiry run by it. @default the machine's own time */
  readonly clock?: Clock;
  /** Messages that one queue holds, those in hand and those that wait for their time included; as many dead letters again. 1 or more. @default 100000 */
  readonly maxQueueLength?: number;
  /** Bytes that they may have, bodies and headers, 1 or more. @default 268435456 (256 MiB) */
  readonly maxQueueBytes?: number;
}

/** What is in a queue of a {@link MemoryBroker}. */
export interface MemoryQueueFacts {
  /** `order.placed.billing` for the event order.placed and the group billing; of a command, its name. */
  readonly name: string;
  /** Messages that can be taken. */
  readonly ready: number;
  /** In the hands of consumers. */
  readonly unacked: number;
  /** Wait for their time. */
  readonly delayed: number;
  readonly deadLetters: number;
  readonly consumers: number;
}

/** Stands for a broker, in the memory of this process: services that have the same one reach each other. It has what it has until it is let go. */
export interface MemoryBroker {
  readonly clock: Clock;
  /** What there is, in the order in which it was first asked for. */
  queues(): readonly MemoryQueueFacts[];
  /** The dead letters of this queue, from the oldest to the newest. At the limit the oldest are let go, which is logged. */
  deadLetters(queue: string): readonly DeadLetter[];
  /**
   * Puts dead letters back into their queue as first attempts, from the oldest on, while there is room.
   *
   * @param which those for which it returns true; all if it is left out
   * @returns how many
   */
  replay(queue: string, which?: (letter: DeadLetter) => boolean): number;
  /** Connects a transport; {@link memoryTransport} does it. */
  connect(log: Logger): MemoryLink;
}

const defaults = Object.freeze({ maxQueueLength: 100_000, maxQueueBytes: 268_435_456 });

/**
 * Makes a broker without queues.
 *
 * @throws CONFIG_INVALID for limits that are not valid
 */
export function createMemoryBroker(options: MemoryBrokerOptions = {}): MemoryBroker {
  const { clock = systemClock } = options;
  const limits = {
    length: positive('maxQueueLength', options.maxQueueLength ?? defaults.maxQueueLength),
    bytes: positive('maxQueueBytes', options.maxQueueBytes ?? defaults.maxQueueBytes),
  };
  return new Broker(clock, limits);
}

/** So many deliveries of a queue in a row; then others get their turn: the other queues, and the rest of the process. */
const batch = 256;

class Broker implements MemoryBroker, QueueTools {
  readonly delays: Delays;
  readonly #queues = new Queues((name, ordered) => new MemoryQueue(name, ordered, this));
  readonly #awake = new Set<MemoryQueue>();
  #soon = false;

  constructor(
    readonly clock: Clock,
    readonly limits: QueueLimits,
  ) {
    this.delays = new Delays(clock);
  }

  queues(): readonly MemoryQueueFacts[] {
    return this.#queues.all().map((queue) => ({
      name: queue.name,
      ready: queue.ready,
      unacked: queue.unacked,
      delayed: queue.delayed,
      deadLetters: queue.dead.length,
      consumers: queue.takers,
    }));
  }

  deadLetters(queue: string): readonly DeadLetter[] {
    return this.#queues.named(queue)?.dead.list() ?? [];
  }

  replay(queue: string, which: (letter: DeadLetter) => boolean = () => true): number {
    return this.#queues.named(queue)?.replay(which) ?? 0;
  }

  connect(log: Logger): MemoryLink {
    return new BrokerLink(this.clock, log, this.#queues, this.delays);
  }

  wake(queue: MemoryQueue): void {
    this.#awake.add(queue);
    if (this.#soon) return;
    this.#soon = true;
    // Not in a microtask: handlers that publish could keep the process from everything else.
    setImmediate(() => this.#handOut());
  }

  #handOut(): void {
    const queues = [...this.#awake];
    this.#awake.clear();
    this.#soon = false;
    let done = 0;
    try {
      for (const queue of queues) {
        if (queue.handOut(batch)) this.wake(queue);
        done += 1;
      }
    } finally {
      // Who takes must not throw; if it does, that is not to stop the others.
      for (const queue of queues.slice(done)) this.wake(queue);
    }
  }
}

function positive(option: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  const message = `The memory broker: ${option} must be a whole number of 1 or more, not ${typeof value === 'number' ? value : typeof value}.`;
  throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
}
