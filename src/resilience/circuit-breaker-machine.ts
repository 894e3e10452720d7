import { KeelsonError } from '../core';
import { type Call } from './call';
import { BreakerEngine, type WindowCounts } from './circuit-breaker-engine';
import { BreakerListeners } from './circuit-breaker-listeners';
import { breakerMetrics, type BreakerSeries } from './circuit-breaker-metrics';
import { type ResolvedBreaker } from './circuit-breaker-options';
import { type Outcome, outcomeOfAnswer, outcomeOfError, outcomeOfGivenUp } from './circuit-breaker-outcome';
import { type BreakerState } from './circuit-breaker-state';
import { givenUp } from './given-up';

interface Closed {
  readonly state: 'closed';
  /** Made when the first call has ended: a service may have thousands of breakers that are never used. */
  engine: BreakerEngine | undefined;
}

interface Open {
  readonly state: 'open';
  readonly until: number;
}

interface HalfOpen {
  readonly state: 'half-open';
  engine: BreakerEngine;
  /** The one call that may try; undefined: the next may. */
  probe: Call | undefined;
  /** When its turn is over, should it hang. */
  probeUntil: number;
}

interface Held {
  readonly state: 'forced-open' | 'disabled';
}

/** Each stretch of a breaker's life is an object of its own: a result that comes back to another one than it began in is late. */
type Phase = Closed | Open | HalfOpen | Held;

type Next<T> = (call: Call) => Promise<T>;

/** Lets calls through or not, and learns from what becomes of them. Time passes for it when a call comes: it has no timer. */
export class BreakerMachine {
  readonly listeners: BreakerListeners;
  readonly #options: ResolvedBreaker;
  readonly #series: BreakerSeries;
  #phase: Phase;

  constructor(options: ResolvedBreaker) {
    this.#options = options;
    this.#series = breakerMetrics(options.meter, options.name);
    this.listeners = new BreakerListeners(options.log);
    this.#phase = { state: 'closed', engine: undefined };
  }

  get state(): BreakerState {
    return this.#phase.state;
  }

  /** Back to closed, with nothing counted. */
  reset(): void {
    this.#move({ state: 'closed', engine: undefined });
  }

  /** Stays in this state until told otherwise. */
  set(state: 'forced-open' | 'disabled'): void {
    this.#move({ state });
  }

  run<T>(call: Call, next: Next<T>): Promise<T> {
    const phase = this.#phase;
    switch (phase.state) {
      case 'closed':
      case 'disabled':
        return this.#watch(phase, call, next);
      case 'open': {
        const left = phase.until - call.clock.now();
        return left > 0 ? this.#refuse(left) : this.#probe(undefined, call, next);
      }
      case 'half-open':
        if (phase.probe === undefined || phase.probeUntil <= call.clock.now()) return this.#probe(phase, call, next);
        // Nobody knows how long the probe takes.
        return this.#refuse(0);
      case 'forced-open':
        return this.#refuse(undefined);
      default:
        return phase satisfies never;
    }
  }

  async #watch<T>(phase: Closed | Held, call: Call, next: Next<T>): Promise<T> {
    const { slowCallMs, isFailure } = this.#options;
    const beganAt = slowCallMs === undefined ? 0 : call.clock.now();
    let value: T;
    try {
      value = await next(call);
    } catch (error) {
      this.#ended(phase, call, outcomeOfError(call, error, isFailure));
      throw error;
    }
    this.#ended(phase, call, outcomeOfAnswer(call, beganAt, slowCallMs));
    return value;
  }

  /** One call tries, alone. Its turn ends with its result, at once when it is given up, or after `openMs`: work that hangs must not keep all others out. */
  async #probe<T>(begun: HalfOpen | undefined, call: Call, next: Next<T>): Promise<T> {
    if (call.aborted) throw givenUp(call);
    const { slowCallMs, isFailure } = this.#options;
    const beganAt = call.clock.now();
    const phase = this.#taken(begun, call, beganAt);
    const { signal } = call;
    const onAbort = (): void => this.#probed(phase, call, outcomeOfGivenUp(call.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    let value: T;
    try {
      value = await next(call);
    } catch (error) {
      this.#probed(phase, call, outcomeOfError(call, error, isFailure));
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    this.#probed(phase, call, outcomeOfAnswer(call, beganAt, slowCallMs));
    return value;
  }

  /** The half-open phase in which this call is the probe. One that begins has it from the start: a listener may make a call of its own. */
  #taken(begun: HalfOpen | undefined, probe: Call, now: number): HalfOpen {
    const probeUntil = now + this.#options.openMs;
    if (begun === undefined) {
      const engine = new BreakerEngine(this.#options, 'half-open');
      const phase: HalfOpen = { state: 'half-open', engine, probe, probeUntil };
      this.#move(phase);
      return phase;
    }
    if (begun.probe !== undefined) this.#series.ended('ignored');
    begun.probe = probe;
    begun.probeUntil = probeUntil;
    return begun;
  }

  #probed(phase: HalfOpen, call: Call, outcome: Outcome): void {
    if (phase.probe !== call) return;
    phase.probe = undefined;
    this.#ended(phase, call, outcome);
  }

  #ended(phase: Closed | HalfOpen | Held, call: Call, outcome: Outcome): void {
    this.#series.ended(outcome);
    if (phase !== this.#phase || outcome === 'ignored' || !('engine' in phase)) return;
    const now = call.clock.now();
    const engine = (phase.engine ??= new BreakerEngine(this.#options, 'closed'));
    const state = engine.count(outcome, now);
    if (state === phase.state) return;
    if (state === 'open') this.#move({ state, until: now + this.#options.openMs }, engine.counts);
    else if (state === 'closed') this.#move({ state, engine });
  }

  #move(to: Phase, window?: WindowCounts): void {
    const { name, log } = this.#options;
    const from = this.#phase.state;
    this.#phase = to;
    if (from === to.state) return;
    this.#series.moved(from, to.state);
    const level = to.state === 'closed' || to.state === 'half-open' ? 'info' : 'warn';
    log[level](`circuit breaker is ${to.state}`, { breaker: name, from, to: to.state, ...window });
    this.listeners.tell(Object.freeze({ breaker: name, from, to: to.state }));
  }

  #refuse(leftMs: number | undefined): Promise<never> {
    const { name } = this.#options;
    this.#series.ended('rejected');
    const details = leftMs === undefined ? { breaker: name } : { breaker: name, retryAfterMs: Math.ceil(leftMs) };
    const message = `The circuit breaker "${name}" is ${this.#phase.state}.`;
    return Promise.reject(new KeelsonError('BREAKER_OPEN', message, { retryable: true, details }));
  }
}
