import { EventEmitter } from 'node:events';
import Opossum from 'opossum';

/** What the engine decides by. */
export interface EngineRules {
  readonly threshold: number;
  readonly minimumCalls: number;
  readonly windowMs: number;
  /** Undefined: a slow call is a failure. */
  readonly slowCallRate: number | undefined;
}

/** Where an engine stands. It is of no further use once it is open. */
export type EngineState = 'closed' | 'half-open' | 'open';

/** What is in the window. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Opossum's own names of what is counted; slow calls go where it would count its time limit, which is off. */
type CountName = 'fires' | 'successes' | 'failures' | 'timeouts';

/** The parts of opossum that its types leave out. */
type Status = Opossum.Status & { increment: (property: CountName) => void };
type Options = Opossum.Options<[Report]> & { readonly status: Status; readonly state: object };

/** The result of a call that has ended, in the shape of a promise that opossum follows at once and not a turn later. */
type Report = Promise<undefined>;

const steps = 10;
const succeeded = settled({ then: (tell: () => void) => (tell(), { catch: () => undefined }) });
const failed = settled({ then: () => ({ catch: (tell: () => void) => tell() }) });
const nothing = (): void => undefined;

/**
 * Opossum, for one stretch of a breaker's life: from closed or half-open until it opens. It keeps the window and the state and decides; it is told of
 * calls when they have ended and never runs one. So its failure rate is one of ended calls, it needs no AbortController, time limit or fallback, and
 * what belongs to an earlier stretch cannot reach it.
 */
export class BreakerEngine {
  readonly #rules: EngineRules;
  readonly #rotations = new EventEmitter();
  readonly #status: Status;
  readonly #circuit: Opossum<[Report], undefined>;
  readonly #totals = { fires: 0, successes: 0, failures: 0, timeouts: 0 };
  #step: Record<CountName, number>;
  #stepBegan: number | undefined;

  constructor(rules: EngineRules, begin: 'closed' | 'half-open') {
    this.#rules = rules;
    this.#status = this.#makeStatus();
    this.#step = this.#status.window[0] as Opossum.Bucket;
    const halfOpen = begin === 'half-open';
    const options: Options = {
      name: 'breaker',
      status: this.#status,
      state: { enabled: true, closed: !halfOpen, halfOpen },
      errorThresholdPercentage: rules.threshold * 100,
      volumeThreshold: rules.minimumCalls,
      timeout: false,
      enableSnapshots: false,
    };
    this.#circuit = new Opossum((report: Report) => report, options);
    // What opossum does when it opens is to set a real timer for half-open; here a new engine begins as half-open instead, by the clock of the call.
    this.#circuit.removeAllListeners('open');
  }

  get state(): EngineState {
    if (this.#circuit.closed) return 'closed';
    return this.#circuit.halfOpen ? 'half-open' : 'open';
  }

  /** What counts at present. */
  get counts(): WindowCounts {
    const { fires, failures, timeouts } = this.#totals;
    return { calls: fires, failures, slow: timeouts };
  }

  /** A call has ended. @returns where the engine stands now */
  count(outcome: 'success' | 'slow' | 'failure', now: number): EngineState {
    this.#rotate(now);
    const { closed } = this.#circuit;
    const slowApart = closed && this.#rules.slowCallRate !== undefined;
    if (outcome === 'failure' || (outcome === 'slow' && !slowApart)) {
      this.#circuit.fire(failed).catch(nothing);
    } else if (closed) {
      // In the closed state opossum does no more than this with a success, but makes two promises for it.
      this.#status.increment('fires');
      this.#status.increment('successes');
      if (outcome === 'slow') this.#status.increment('timeouts');
    } else void this.#circuit.fire(succeeded);
    // Opossum opens above the threshold and looks only after a failure; a success may be what makes the calls enough.
    if (this.#circuit.closed && this.#tooMany()) this.#circuit.open();
    return this.state;
  }

  #tooMany(): boolean {
    const { fires, failures, timeouts } = this.#totals;
    const { minimumCalls, threshold, slowCallRate } = this.#rules;
    if (fires < minimumCalls) return false;
    return failures / fires >= threshold || (slowCallRate !== undefined && timeouts / fires >= slowCallRate);
  }

  /** Opossum keeps each latency and adds up the whole window with every failure; this one keeps the sums only. */
  #makeStatus(): Status {
    const status = Opossum.newStatus({
      rollingCountBuckets: steps,
      rollingCountTimeout: this.#rules.windowMs,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotations,
    }) as Status;
    const increment = (property: CountName): void => {
      this.#step[property] += 1;
      this.#totals[property] += 1;
    };
    Object.defineProperties(status, {
      increment: { value: increment },
      stats: { get: () => this.#totals },
    });
    return status;
  }

  /** Moves the window to now: there is no timer that would. */
  #rotate(now: number): void {
    const stepMs = this.#rules.windowMs / steps;
    this.#stepBegan ??= now;
    const passed = Math.floor((now - this.#stepBegan) / stepMs);
    if (passed <= 0) return;
    this.#stepBegan += passed * stepMs;
    for (let i = Math.min(passed, steps); i > 0; i -= 1) {
      this.#forget(this.#status.window[steps - 1] as Opossum.Bucket);
      this.#rotations.emit('rotate');
    }
    this.#step = this.#status.window[0] as Opossum.Bucket;
  }

  #forget(step: Record<CountName, number>): void {
    this.#totals.fires -= step.fires;
    this.#totals.successes -= step.successes;
    this.#totals.failures -= step.failures;
    this.#totals.timeouts -= step.timeouts;
  }
}

function settled(report: object): Report {
  return report as Report;
}
