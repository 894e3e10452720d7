/** Good answers that are not believed, before a service's list may shrink to a tenth. */
const heldAnswers = 3;
/** And how long at least. */
const heldMs = 90_000;

/** What becomes of a service's new list: taken; held, so that the old one stays; or taken after it was held. */
export type Verdict = 'take' | 'hold' | 'give-in';

/**
 * A registry that was restarted, or cut off from those who register, truthfully says that nobody is there, while everybody is. So a service that lost nine
 * tenths of its instances or more from one answer to the next keeps them for a while.
 */
export class HoldRule {
  readonly #doubts = new Map<string, { readonly since: number; answers: number }>();

  /**
   * @param known how many instances are in use
   * @param named how many of the service the new answer names, whatever it says of them: one that says "out of service" was not lost
   * @param now by the clock that does not jump
   */
  judge(service: string, known: number, named: number, now: number): Verdict {
    if (named > known / 10 || known === 0) {
      this.#doubts.delete(service);
      return 'take';
    }
    const doubt = this.#doubts.get(service) ?? { since: now, answers: 0 };
    if (doubt.answers >= heldAnswers && now - doubt.since >= heldMs) {
      this.#doubts.delete(service);
      return 'give-in';
    }
    doubt.answers += 1;
    this.#doubts.set(service, doubt);
    return 'hold';
  }

  /** The services whose shrinking is not believed yet. */
  held(): string[] {
    return [...this.#doubts.keys()];
  }
}
