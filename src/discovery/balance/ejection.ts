import { type Outcome } from './balancer';

/** How and when an instance is left out. Durations in milliseconds. */
export interface EjectionRule {
  readonly failures: number;
  readonly ejectMs: number;
  readonly maxEjectMs: number;
  readonly forgetMs: number;
}

/** What a finished attempt has led to. */
export type Change = 'due' | 'returned' | 'failed again' | undefined;

type State =
  | { readonly kind: 'in' }
  | { readonly kind: 'out'; readonly until: number }
  /** Its time is over. At most one attempt is let through: the trial, which began at `since`. */
  | { readonly kind: 'trial'; readonly until: number; readonly since: number | undefined };

/** Whether one instance is left out: in, out for a while, then on trial. */
export class Ejection {
  readonly #rule: EjectionRule;
  #state: State = { kind: 'in' };
  #failures = 0;
  /** How often it was ejected, less what is forgotten since `#countedAt`. */
  #count = 0;
  #countedAt = 0;

  constructor(rule: EjectionRule) {
    this.#rule = rule;
  }

  /** Consecutive failures. */
  get failures(): number {
    return this.#failures;
  }

  /** When it is to come back, if it is out or on trial. */
  get until(): number {
    return this.#state.kind === 'in' ? 0 : this.#state.until;
  }

  /** May an attempt be sent to it? */
  isOpen(now: number): boolean {
    switch (this.#state.kind) {
      case 'in':
        return true;
      case 'out':
        return now >= this.#state.until;
      case 'trial':
        // A trial that never ends, because nobody said so, must not keep it out for ever.
        return this.#state.since === undefined || now - this.#state.since >= this.#rule.maxEjectMs;
      default:
        return this.#state satisfies never;
    }
  }

  begin(now: number): void {
    if (this.#state.kind === 'in' || !this.isOpen(now)) return;
    this.#state = { kind: 'trial', until: this.#state.until, since: now };
  }

  /** @param began when the attempt did: what was on its way before the ejection says nothing about the trial */
  end(began: number, outcome: Outcome): Change {
    if (this.#state.kind === 'in') return this.#tally(outcome);
    // A millisecond of grace, because a duration taken from the time does not give back the begin to the last digit.
    if (this.#state.kind === 'out' || began < (this.#state.since ?? Infinity) - 1) return undefined;
    if (outcome === 'failure') return 'failed again';
    this.#state =
      outcome === 'ignored' ? { kind: 'trial', until: this.#state.until, since: undefined } : { kind: 'in' };
    if (outcome === 'ignored') return undefined;
    this.#failures = 0;
    this.#countedAt = began;
    return 'returned';
  }

  /** Leaves it out, for longer each time. @returns for how long, in milliseconds */
  eject(now: number): number {
    this.#forget(now);
    this.#count += 1;
    this.#countedAt = now;
    const ms = Math.min(this.#rule.maxEjectMs, this.#rule.ejectMs * this.#count);
    this.#state = { kind: 'out', until: now + ms };
    return ms;
  }

  /** As if it had never failed. */
  pardon(): void {
    this.#state = { kind: 'in' };
    this.#failures = 0;
    this.#count = 0;
  }

  #tally(outcome: Outcome): Change {
    if (outcome === 'success') this.#failures = 0;
    if (outcome === 'failure') this.#failures += 1;
    return outcome === 'failure' && this.#failures >= this.#rule.failures ? 'due' : undefined;
  }

  /** One ejection is forgotten for each `forgetMs` that it was in the pool. */
  #forget(now: number): void {
    if (this.#state.kind !== 'in') return;
    const forgotten = Math.floor(Math.max(0, now - this.#countedAt) / this.#rule.forgetMs);
    this.#count = Math.max(0, this.#count - forgotten);
  }
}
