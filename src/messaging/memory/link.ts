import { type Clock, type KeelsonError, type Logger } from '../../core';
import {
  type Consumption,
  type Delivery,
  type Envelope,
  type EventLimits,
  type Reply,
  type Source,
} from '../transport';
import { MemoryConsumption, type Owner } from './consumption';
import { type Delays } from './delays';
import { deadlineOf, held, sizeOf } from './held';
import { full, unroutable } from './refusals';
import { type Queues } from './queues';

/** A transport's connection with a {@link MemoryBroker}. */
export interface MemoryLink {
  /** Begins to take from what was asked for before. */
  open(): void;
  /** @returns why not, if it was not taken: PUBLISH_UNROUTABLE, PUBLISH_NACKED */
  publish(envelope: Envelope, limits: Pick<EventLimits, 'ttlMs' | 'delayMs'>): KeelsonError | undefined;
  /**
   * Sends a command; `answer` is called with the reply, if there ever is one.
   *
   * @returns why not, if it was not taken: PUBLISH_UNROUTABLE, PUBLISH_NACKED
   */
  request(envelope: Envelope, answer: (reply: Reply) => void): KeelsonError | undefined;
  /** Begins to take from a source, when it is open. */
  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption;
  /** Gives back what is in hand. */
  close(): void;
}

export class BrokerLink implements MemoryLink, Owner {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #queues: Queues;
  readonly #delays: Delays;
  /** Queues whose letting go of dead letters was logged. */
  readonly #told = new Set<string>();
  readonly #consumptions = new Set<MemoryConsumption>();
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor(clock: Clock, log: Logger, queues: Queues, delays: Delays) {
    this.#clock = clock;
    this.#log = log;
    this.#queues = queues;
    this.#delays = delays;
  }

  open(): void {
    if (this.#state !== 'new') return;
    this.#state = 'open';
    this.#delays.open();
    for (const consumption of [...this.#consumptions]) this.#begin(consumption);
  }

  publish(envelope: Envelope, { ttlMs, delayMs }: Pick<EventLimits, 'ttlMs' | 'delayMs'>): KeelsonError | undefined {
    const { type } = envelope;
    const queues = this.#queues.ofEvent(type);
    if (queues.length === 0) return unroutable(type);
    const bytes = sizeOf(envelope);
    // All of them or none: a sender who hears of a failure sends again, to all of them.
    for (const queue of queues) if (!queue.hasRoom(bytes)) return full(queue.name);
    const expiresAt = ttlMs === undefined ? Infinity : this.#clock.now() + ttlMs;
    if (delayMs <= 0) {
      for (const queue of queues) queue.push(held(envelope, bytes, expiresAt));
      return undefined;
    }
    const releases = queues.map((queue) => queue.reserve(bytes));
    this.#delays.add(delayMs, () => {
      for (const release of releases) release();
      // Whoever subscribes by then.
      for (const queue of this.#queues.ofEvent(type)) queue.push(held(envelope, bytes, expiresAt));
    });
    return undefined;
  }

  request(envelope: Envelope, answer: (reply: Reply) => void): KeelsonError | undefined {
    const queue = this.#queues.ofCommand(envelope.type);
    if (queue === undefined) return unroutable(envelope.type);
    const bytes = sizeOf(envelope);
    if (!queue.hasRoom(bytes)) return full(queue.name);
    queue.push(held(envelope, bytes, deadlineOf(envelope, this.#clock), answer));
    return undefined;
  }

  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption {
    const consumption = new MemoryConsumption(source, deliver, this);
    this.#consumptions.add(consumption);
    if (this.#state === 'open') this.#begin(consumption);
    if (this.#state === 'closed') void consumption.close();
    return consumption;
  }

  close(): void {
    if (this.#state === 'open') this.#delays.close();
    this.#state = 'closed';
    for (const consumption of [...this.#consumptions]) void consumption.close();
  }

  closed(consumption: MemoryConsumption): void {
    this.#consumptions.delete(consumption);
  }

  letGo(queue: string): void {
    if (this.#told.has(queue)) return;
    this.#told.add(queue);
    this.#log.warn('no room for more dead letters: the oldest are let go, without further saying so', { queue });
  }

  #begin(consumption: MemoryConsumption): void {
    try {
      consumption.begin(this.#queues.declare(consumption.source));
    } catch (error) {
      consumption.fail(error as Error);
      this.#log.error('messages cannot be taken', { source: consumption.source.name, err: error });
    }
  }
}
