/** A place in a line. Whoever stands there is told when it is their turn. */
export interface Place {
  readonly turn: () => void;
  before: Place | undefined;
  after: Place | undefined;
  waits: boolean;
}

/** First come, first served; anybody may leave at any time. Each step costs the same however long the line is. */
export class WaitingLine {
  #first: Place | undefined;
  #last: Place | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Goes to the end. */
  join(turn: () => void): Place {
    const place: Place = { turn, before: this.#last, after: undefined, waits: true };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#length += 1;
    return place;
  }

  /** @returns false if it was not there any more */
  leave(place: Place): boolean {
    if (!place.waits) return false;
    place.waits = false;
    if (place.before === undefined) this.#first = place.after;
    else place.before.after = place.after;
    if (place.after === undefined) this.#last = place.before;
    else place.after.before = place.before;
    this.#length -= 1;
    return true;
  }

  /** Takes out the first and tells it. @returns false if nobody waits */
  call(): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    this.leave(first);
    first.turn();
    return true;
  }
}
