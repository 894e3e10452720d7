import { type Doubt, holdRule, judge } from '../hold';

/** What becomes of a service's new list: taken; held, so that the old one stays; or taken after it was held. */
export type Verdict = 'take' | 'hold' | 'give-in';

/**
 * The hold rule of discovery, for all services of a registry, and one thing more: a registry that was just restarted fills up bit by bit. So when it may have
 * been, and while there is doubt already, an answer is doubted until it has as many instances as are known.
 */
export class HoldRule {
  readonly #doubts = new Map<string, Doubt>();

  /**
   * @param known how many instances are in use
   * @param named how many of the service the new answer names, whatever it says of them: one that says "out of service" was not lost
   * @param now by the clock that does not jump
   * @param restarted may the registry have been restarted since the answer before?
   */
  judge(service: string, known: number, named: number, now: number, restarted = false): Verdict {
    const doubt = this.#doubts.get(service);
    const wary = known > 0 && (restarted || doubt !== undefined);
    const judgement = judge(known, named, now, doubt, wary ? { ...holdRule, share: 1 / known } : holdRule);
    if (judgement.kind === 'doubted') this.#doubts.set(service, judgement.doubt);
    else this.#doubts.delete(service);
    switch (judgement.kind) {
      case 'believed':
        return 'take';
      case 'doubted':
        return 'hold';
      case 'resigned':
        return 'give-in';
    }
  }

  /** The services whose shrinking is not believed yet. */
  held(): string[] {
    return [...this.#doubts.keys()];
  }
}
