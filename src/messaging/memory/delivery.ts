import { type DeathNote, type Delivery, type Envelope, type Reply } from '../transport';
import { type Held } from './held';
import { type MemoryQueue } from './queue';

/** Whose hand a delivery is in. */
export interface Hand {
  /** @returns false if it was not in hand any more */
  settle(delivery: MemoryDelivery): boolean;
  /** Older dead letters had to go for a newer one. */
  letGo(queue: string): void;
}

/** A message in hand. */
export class MemoryDelivery implements Delivery {
  readonly malformed = undefined;
  readonly redeliveries: number;
  lost = false;
  readonly #held: Held;
  readonly #queue: MemoryQueue;
  readonly #hand: Hand;

  constructor(held: Held, queue: MemoryQueue, hand: Hand) {
    this.#held = held;
    this.#queue = queue;
    this.#hand = hand;
    this.redeliveries = held.redeliveries;
  }

  get envelope(): Envelope {
    return this.#held.envelope;
  }

  ack(): void {
    if (this.#hand.settle(this)) this.#queue.settle(this.#held);
  }

  postpone(delayMs: number, attempt: number): Promise<void> {
    if (this.#held.answer !== undefined) return eventsOnly('postponed');
    this.#queue.postpone({ ...this.#held.envelope, attempt }, delayMs);
    return Promise.resolve();
  }

  bury(note: DeathNote): Promise<void> {
    if (this.#held.answer !== undefined) return eventsOnly('buried');
    const gone = this.#queue.bury(this.#held.envelope, note);
    if (gone > 0) this.#hand.letGo(this.#queue.name);
    return Promise.resolve();
  }

  reply(reply: Reply): void {
    this.#held.answer?.(reply);
  }

  /** It goes back into its queue. */
  takenBack(): Held {
    this.lost = true;
    return this.#held;
  }
}

function eventsOnly(what: string): Promise<never> {
  return Promise.reject(new TypeError(`a command is answered, it is not ${what}`));
}
