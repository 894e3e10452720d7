import { type Clock } from '../../core';
import { Fifo } from '../fifo';
import { type DeathNote, type Envelope } from '../transport';
import { DeadLetters, type DeadLetter, type QueueLimits } from './dead-letters';
import { type Delays } from './delays';
import { held, sizeOf, type Held } from './held';

/** Who takes from a queue. */
export interface Taker {
  /** Asks for messages. */
  readonly takes: boolean;
  /** Has as many in hand as it may. */
  readonly laden: boolean;
  /** Has some in hand. */
  readonly busy: boolean;
  take(held: Held): void;
}

/** What the queues of a broker share. */
export interface QueueTools {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly limits: QueueLimits;
  /** Has the queue hand out soon, not now. */
  wake(queue: MemoryQueue): void;
}

/** The messages of one event for one group, or of one command. It stays when nobody takes from it. */
export class MemoryQueue {
  readonly dead: DeadLetters;
  readonly #tools: QueueTools;
  readonly #ready = new Fifo<Held>();
  /** What came back: older than all in the ring, the oldest last. */
  readonly #returned: Held[] = [];
  readonly #takers: Taker[] = [];
  #turn = 0;
  #places = 0;
  /** What has not been handed out, or not been settled, or waits for its time: all of it counts against the limits. */
  #count = 0;
  #bytes = 0;
  #delayed = 0;

  constructor(
    readonly name: string,
    readonly ordered: boolean,
    tools: QueueTools,
  ) {
    this.#tools = tools;
    this.dead = new DeadLetters(tools.limits);
  }

  /** Those that can be handed out. */
  get ready(): number {
    this.#first();
    return this.#ready.length + this.#returned.length;
  }

  /** Those that wait for their time. */
  get delayed(): number {
    return this.#delayed;
  }

  /** Those that are in hand. */
  get unacked(): number {
    return this.#count - this.#delayed - this.#ready.length - this.#returned.length;
  }

  get takers(): number {
    return this.#takers.length;
  }

  hasRoom(bytes: number): boolean {
    const { limits } = this.#tools;
    const fits = (): boolean => this.#count < limits.length && this.#bytes + bytes <= limits.bytes;
    if (fits()) return true;
    // What has expired is in nobody's way.
    this.#first();
    return fits();
  }

  push(one: Held): void {
    one.place = this.#places++;
    this.#count += 1;
    this.#bytes += one.bytes;
    this.#ready.push(one);
    if (this.#takers.length > 0) this.#tools.wake(this);
  }

  /** Keeps room for what comes later. @returns gives it back */
  reserve(bytes: number): () => void {
    this.#count += 1;
    this.#bytes += bytes;
    this.#delayed += 1;
    return () => {
      this.#count -= 1;
      this.#bytes -= bytes;
      this.#delayed -= 1;
    };
  }

  /** Puts a copy of a message into the queue later. It takes the place of one in hand, so there is room. */
  postpone(envelope: Envelope, delayMs: number): void {
    const bytes = sizeOf(envelope);
    const release = this.reserve(bytes);
    this.#tools.delays.add(delayMs, () => {
      release();
      this.push(held(envelope, bytes, Infinity));
    });
  }

  /** @returns how many older dead letters had to go for it */
  bury(envelope: Envelope, note: DeathNote): number {
    const time = new Date(this.#tools.clock.wall()).toISOString();
    return this.dead.add({ envelope, note, time });
  }

  /** Puts dead letters back, as if they were new, while there is room. @returns how many */
  replay(which: (letter: DeadLetter) => boolean): number {
    // Chosen before anything moves: what chooses may throw.
    const chosen = new Set(this.dead.list().filter(which));
    let replayed = 0;
    this.dead.takeOut((letter) => {
      const bytes = sizeOf(letter.envelope);
      if (!chosen.has(letter) || !this.hasRoom(bytes)) return false;
      this.push(held({ ...letter.envelope, attempt: 1 }, bytes, Infinity));
      replayed += 1;
      return true;
    });
    return replayed;
  }

  join(taker: Taker): void {
    this.#takers.push(taker);
    this.#tools.wake(this);
  }

  /** Takes back what the taker has in hand, to where it was. */
  leave(taker: Taker, inHand: readonly Held[]): void {
    this.#takers.splice(this.#takers.indexOf(taker), 1);
    for (const one of inHand) one.redeliveries += 1;
    this.#returned.push(...inHand);
    this.#returned.sort((a, b) => b.place - a.place);
    this.#tools.wake(this);
  }

  /** One in hand is done with. */
  settle(one: Held): void {
    this.#forget(one);
    if (this.#ready.length > 0 || this.#returned.length > 0) this.#tools.wake(this);
  }

  /** A taker has paused: another may be next. */
  paused(): void {
    this.#tools.wake(this);
  }

  /** Hands out what there is to whoever has room. @returns whether there may be more to hand out */
  handOut(most: number): boolean {
    for (let given = 0; given < most; given++) {
      const first = this.#first();
      const taker = first === undefined ? undefined : this.#next();
      if (first === undefined || taker === undefined) return false;
      this.#shift();
      taker.take(first);
    }
    return true;
  }

  #next(): Taker | undefined {
    const takers = this.#takers;
    if (this.ordered) {
      // The others stand by until it has paused and has nothing in hand: what comes next must not overtake that.
      const active = takers.find((one) => one.takes || one.busy);
      return active?.takes === true && !active.laden ? active : undefined;
    }
    for (let i = 0; i < takers.length; i++) {
      this.#turn = (this.#turn + 1) % takers.length;
      const taker = takers[this.#turn] as Taker;
      if (taker.takes && !taker.laden) return taker;
    }
    return undefined;
  }

  /** The first that has not expired. */
  #first(): Held | undefined {
    for (;;) {
      const one = this.#returned.at(-1) ?? this.#ready.first;
      if (one === undefined || one.expiresAt === Infinity) return one;
      if (one.expiresAt > this.#tools.clock.now()) return one;
      this.#shift();
      this.#forget(one);
    }
  }

  #shift(): void {
    if (this.#returned.pop() === undefined) this.#ready.shift();
  }

  #forget(one: Held): void {
    this.#count -= 1;
    this.#bytes -= one.bytes;
  }
}
