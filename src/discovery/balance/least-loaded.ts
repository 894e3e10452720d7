import { systemClock, type Clock } from '../../core';
import { type Instance } from '../contract';
import { preferred, type Balancer, type Outcome, type PickOptions, type Random } from './balancer';
import { InstanceTable } from './instance-table';
import { Load } from './load';
import { numberOption } from './options';

/** Options of {@link leastLoaded}. */
export interface LeastLoadedOptions {
  /** An instance that was not tried for this long is tried once, in milliseconds, however slow it was, 100 to 3,600,000. @default 3000 */
  readonly retryAfterMs?: number;
  /** @default Math.random */
  readonly random?: Random;
  /** @default the machine's own time */
  readonly clock?: Clock;
}

/** ... but never in the place of more than every so many turns of the pool: where calls are rare, it would get as many as the good ones. */
const turns = 3;

/**
 * Costs that differ by less than this factor are taken for the same, and chance decides: else a difference that is nothing but noise, or what is left of a bad
 * moment, would decide every time.
 */
const alike = 1.25;

/**
 * The less loaded of two instances drawn by chance: attempts in flight times the latency to expect, by weight. Two are enough to keep away from slow ones, and few
 * enough that a thousand callers do not all run to the same fast one. An instance that nothing is known of counts as quick as the other one drawn, so it gets
 * its share and no more than that.
 */
export function leastLoaded(options: LeastLoadedOptions = {}): Balancer {
  return new LeastLoaded(options);
}

class LeastLoaded implements Balancer {
  readonly #retryAfterMs: number;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #loads: InstanceTable<Load>;
  #picks = 0;

  constructor({ retryAfterMs = 3000, random = Math.random, clock = systemClock }: LeastLoadedOptions) {
    this.#retryAfterMs = numberOption('leastLoaded', 'retryAfterMs', retryAfterMs, 100, 3_600_000);
    this.#random = random;
    this.#clock = clock;
    this.#loads = new InstanceTable(() => new Load(clock.now(), this.#picks));
  }

  pick(candidates: readonly Instance[], options?: PickOptions): Instance | undefined {
    const from = preferred(candidates, options);
    this.#picks += 1;
    if (from.length < 2) return from[0];
    const first = Math.floor(this.#random() * from.length);
    const other = Math.floor(this.#random() * (from.length - 1));
    return this.#better(from[first] as Instance, from[other < first ? other : other + 1] as Instance, from.length);
  }

  begin(instance: Instance): void {
    const now = this.#clock.now();
    const load = this.#loads.of(instance, now);
    load.triedAt = now;
    load.triedAtPick = this.#picks;
    load.begin(now);
  }

  end(instance: Instance, ms: number, outcome: Outcome): void {
    const now = this.#clock.now();
    this.#loads.of(instance, now).end(now, ms, outcome === 'failure', outcome === 'ignored');
  }

  forget(instance: Instance): void {
    this.#loads.of(instance, this.#clock.now()).forget();
  }

  #better(a: Instance, b: Instance, pool: number): Instance {
    const now = this.#clock.now();
    const [loadA, loadB] = [this.#loads.of(a, now), this.#loads.of(b, now)];
    const costA = costOf(loadA, loadB, now) / a.weight;
    const costB = costOf(loadB, loadA, now) / b.weight;
    const [better, worse, load] = costA <= costB * alike ? [a, b, loadB] : [b, a, loadA];
    return this.#isDue(load, now, pool) && worse.weight > 0 ? worse : better;
  }

  /** Was it left alone for so long that what is known of it is worth nothing? One that still hangs is being tried. */
  #isDue(load: Load, now: number, pool: number): boolean {
    if (load.inFlight > 0 || now - load.triedAt < this.#retryAfterMs) return false;
    return this.#picks - load.triedAtPick >= turns * pool;
  }
}

/** What one more attempt is to cost. Of a cold one the other's latency is assumed; of two that answer in no time, the one with less in flight is better. */
function costOf(load: Load, other: Load, now: number): number {
  const latency = load.latency ?? other.latency ?? 1;
  return (load.inFlight + 1) * Math.max(latency, load.pending(now), 0.001);
}
