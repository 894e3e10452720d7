import { Fifo } from '../fifo';
import { type DeathNote, type Envelope } from '../transport';
import { sizeOf } from './held';

/** A message that was given up, with why. */
export interface DeadLetter {
  readonly envelope: Envelope;
  readonly note: DeathNote;
  /** When it was buried, by RFC 3339. */
  readonly time: string;
}

/** How much a queue holds. */
export interface QueueLimits {
  /** Messages. */
  readonly length: number;
  /** Of their bodies and headers. */
  readonly bytes: number;
}

/** The dead letters of one queue. A process does not live for ever on what nobody looks at: at the limit the oldest go. */
export class DeadLetters {
  readonly #limits: QueueLimits;
  #letters = new Fifo<DeadLetter>();
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#letters.length;
  }

  /** @returns how many had to go for it */
  add(letter: DeadLetter): number {
    this.#letters.push(letter);
    this.#bytes += sizeOf(letter.envelope);
    let gone = 0;
    while (this.length > this.#limits.length || (this.#bytes > this.#limits.bytes && this.length > 1)) {
      this.#shift();
      gone += 1;
    }
    return gone;
  }

  /** From the oldest to the newest. */
  list(): readonly DeadLetter[] {
    return this.#letters.toArray();
  }

  /** Hands over those for which `take` returns true, and keeps the others. */
  takeOut(take: (letter: DeadLetter) => boolean): void {
    for (let left = this.length; left > 0; left--) {
      const letter = this.#shift();
      if (!take(letter)) this.add(letter);
    }
  }

  #shift(): DeadLetter {
    const letter = this.#letters.shift() as DeadLetter;
    this.#bytes -= sizeOf(letter.envelope);
    return letter;
  }
}
