import { type Consumption, type Delivery, type Source } from '../transport';
import { MemoryDelivery, type Hand } from './delivery';
import { type Held } from './held';
import { type MemoryQueue, type Taker } from './queue';

/** Who made a consumption. */
export interface Owner {
  closed(consumption: MemoryConsumption): void;
  /** Dead letters of the queue had to go for newer ones. */
  letGo(queue: string): void;
}

/** Takes from a queue from when it is given one. */
export class MemoryConsumption implements Consumption, Taker, Hand {
  readonly ready: Promise<void>;
  state: Consumption['state'] = 'waiting';
  error: Error | undefined;
  takes = false;
  readonly #deliver: (delivery: Delivery) => void;
  readonly #owner: Owner;
  readonly #inHand = new Set<MemoryDelivery>();
  #queue: MemoryQueue | undefined;
  #isReady = (): void => undefined;

  constructor(
    readonly source: Source,
    deliver: (delivery: Delivery) => void,
    owner: Owner,
  ) {
    this.#deliver = deliver;
    this.#owner = owner;
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
  }

  get laden(): boolean {
    return this.#inHand.size >= this.source.prefetch;
  }

  get busy(): boolean {
    return this.#inHand.size > 0;
  }

  /** Begins to take. */
  begin(queue: MemoryQueue): void {
    this.#queue = queue;
    this.state = 'taking';
    this.takes = true;
    queue.join(this);
    this.#isReady();
  }

  /** It cannot be. */
  fail(error: Error): void {
    this.state = 'failed';
    this.error = error;
  }

  take(held: Held): void {
    const delivery = new MemoryDelivery(held, this.#queue as MemoryQueue, this);
    this.#inHand.add(delivery);
    this.#deliver(delivery);
  }

  /** @returns false if it was not in hand any more */
  settle(delivery: MemoryDelivery): boolean {
    return this.#inHand.delete(delivery);
  }

  letGo(queue: string): void {
    this.#owner.letGo(queue);
  }

  pause(): Promise<void> {
    if (this.takes) {
      this.takes = false;
      this.#queue?.paused();
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.state === 'closed') return Promise.resolve();
    this.state = 'closed';
    this.takes = false;
    const inHand = [...this.#inHand];
    this.#inHand.clear();
    this.#queue?.leave(
      this,
      inHand.map((delivery) => delivery.takenBack()),
    );
    this.#isReady();
    this.#owner.closed(this);
    return Promise.resolve();
  }
}
