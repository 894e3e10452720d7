import { KeelsonError, type CounterSeries, type Timer } from '../core';
import { type Call } from './call';
import { outcomeCounters, type NamedOptions } from './named';
import { integerWithin, positiveMs } from './option-checks';
import { type Policy } from './policy';
import { budgetOr, type RetryBudget } from './retry-budget';

/** Options of {@link hedge}. */
export interface HedgeOptions extends NamedOptions {
  /** How long an attempt may be without an answer before another begins beside it, in milliseconds, 1 or more. The 95th percentile is a good beginning. */
  readonly afterMs: number;
  /** How many run at most, the first included; 2 to 10. @default 2 */
  readonly attempts?: number;
  /** What bounds the additional attempts: each takes 1. Only the calls of a retry pay in, so share that one's. @default no bound but `attempts` */
  readonly budget?: RetryBudget;
}

/** Hedges if nobody says otherwise. */
export const hedgeDefaults = Object.freeze({ attempts: 2 });

type Outcome = 'won' | 'lost' | 'refused';

interface Rules {
  readonly afterMs: number;
  readonly most: number;
  readonly budget: RetryBudget | undefined;
  readonly hedges: Readonly<Record<Outcome, CounterSeries>>;
}

/**
 * Begins another attempt beside one that is slow; the first that succeeds wins, and the others are aborted. Only for work that may run twice.
 *
 * A failure begins nothing: it is not slowness, and whether it may be repeated, and when, is for `retry` to say. It is what comes of the call if no other attempt is
 * running; otherwise those go on. When all have failed, it rejects with the error of the first: the same as without a hedge.
 *
 * @throws CONFIG_INVALID when an option is invalid
 */
export function hedge(options: HedgeOptions): Policy {
  const rules: Rules = Object.freeze({
    afterMs: positiveMs('hedge', 'afterMs', options.afterMs),
    most: integerWithin('hedge', 'attempts', options.attempts ?? hedgeDefaults.attempts, 2, 10),
    budget: budgetOr('hedge', options.budget),
    hedges: outcomeCounters<Outcome>('hedge', options, metric, ['won', 'lost', 'refused']),
  });
  return <T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => new Race(rules, call, next, resolve, reject).begin());
}

/** The attempts of one call. */
class Race<T> {
  readonly #rules: Rules;
  readonly #call: Call;
  readonly #next: (call: Call) => Promise<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #running = new Set<Call>();
  #begun = 0;
  #timer: Timer | undefined;
  #firstError: unknown;

  constructor(
    rules: Rules,
    call: Call,
    next: (call: Call) => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#rules = rules;
    this.#call = call;
    this.#next = next;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    this.#call.signal.addEventListener('abort', this.#stop, { once: true });
    this.#attempt();
  }

  #attempt(): void {
    const part = this.#call.part(this.#call.attempt + this.#begun);
    const hedged = this.#begun > 0;
    this.#begun += 1;
    this.#running.add(part);
    if (this.#begun < this.#rules.most) this.#timer = this.#call.clock.after(this.#rules.afterMs, this.#another);
    void this.#run(part).then(
      (value) => this.#succeeded(part, hedged, value),
      (error: unknown) => this.#failed(part, hedged, error),
    );
  }

  /** A stage may throw at once as well. */
  async #run(part: Call): Promise<T> {
    return this.#next(part);
  }

  readonly #another = (): void => {
    const { budget, hedges } = this.#rules;
    if (this.#call.aborted) return;
    if (budget === undefined || budget.take(this.#call.clock.now())) this.#attempt();
    else hedges.refused.inc();
  };

  #succeeded(part: Call, hedged: boolean, value: T): void {
    if (!this.#running.delete(part)) return;
    part.end();
    if (hedged) this.#rules.hedges.won.inc();
    this.#over();
    this.#resolve(value);
  }

  #failed(part: Call, hedged: boolean, error: unknown): void {
    if (!this.#running.delete(part)) return;
    part.end();
    if (hedged) this.#rules.hedges.lost.inc();
    else this.#firstError = error;
    if (this.#running.size > 0) return;
    this.#over();
    this.#reject(this.#firstError);
  }

  /** Ends what is still running. */
  #over(): void {
    this.#stop();
    this.#call.signal.removeEventListener('abort', this.#stop);
    const slower = this.#running.size === 0 ? undefined : slowerThanAnother();
    for (const part of this.#running) {
      if (part.attempt > this.#call.attempt) this.#rules.hedges.lost.inc();
      part.abort(slower);
      part.end();
    }
    this.#running.clear();
  }

  readonly #stop = (): void => this.#timer?.cancel();
}

function slowerThanAnother(): KeelsonError {
  return new KeelsonError('ABORTED', 'Another attempt of the call was faster.', { retryable: false });
}

const metric = {
  name: 'keelson_hedges_total',
  help: 'Attempts begun beside a slow one: won (answered first), lost, or refused because the budget was spent.',
};
