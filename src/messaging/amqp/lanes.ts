import { Fifo } from '../fifo';
import { type Publication } from './publication';

/** What is to be written, in the order in which it is: what was written before and lost, then copies that deliveries wait for, then the rest. */
export class Lanes {
  readonly #again = new Fifo<Publication>();
  readonly #urgent = new Fifo<Publication>();
  readonly #waiting = new Fifo<Publication>();
  readonly #window: number;
  /** A tenth of the window is for copies: deliveries wait for them, and must not wait for users. */
  readonly #reserve: number;
  /** So many are written one by one, as one of them costs the channel. */
  #careful = 0;
  #usersTurn = false;

  constructor(window: number) {
    this.#window = window;
    this.#reserve = Math.ceil(window / 10);
  }

  /** The suspects are written one by one until all of them are confirmed. */
  get careful(): boolean {
    return this.#careful > 0;
  }

  /** One of so many costs the channel. */
  suspect(count: number): void {
    this.#careful = count;
  }

  /** One was confirmed. */
  confirmed(): void {
    if (this.#careful > 0) this.#careful -= 1;
  }

  push(one: Publication): void {
    (one.outgoing.urgent === true ? this.#urgent : this.#waiting).push(one);
  }

  /** Before all others. */
  again(lost: readonly Publication[]): void {
    this.#again.prepend(lost);
  }

  /** Before the others of their lane: they were held up. */
  release(held: readonly Publication[]): void {
    this.#urgent.prepend(held.filter(({ outgoing }) => outgoing.urgent === true));
    this.#waiting.prepend(held.filter(({ outgoing }) => outgoing.urgent !== true));
  }

  /** The next that may be written while so many are not confirmed. */
  next(unconfirmed: number): Publication | undefined {
    const room = (this.careful ? 1 : this.#window) - unconfirmed;
    if (room <= 0) return undefined;
    const lost = this.#again.shift();
    if (lost !== undefined) return lost;
    // In turns, so that a queue whose messages all fail does not keep the users' from the broker.
    const usersMay = (this.careful || room > this.#reserve) && this.#waiting.length > 0;
    this.#usersTurn = usersMay && !this.#usersTurn;
    if (this.#usersTurn || this.#urgent.length === 0) return usersMay ? this.#waiting.shift() : undefined;
    return this.#urgent.shift();
  }
}
