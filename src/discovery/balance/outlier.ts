import {
  longestDelayMs,
  noopLogger,
  noopMeter,
  systemClock,
  type Clock,
  type Counter,
  type Logger,
  type Meter,
} from '../../core';
import { type Instance } from '../contract';
import { type Balancer, type Outcome, type PickOptions } from './balancer';
import { Ejection, type EjectionRule } from './ejection';
import { InstanceTable } from './instance-table';
import { leastLoaded } from './least-loaded';
import { numberOption, wholeOption } from './options';

/** Options of {@link outlierEjection}. Durations in milliseconds. */
export interface OutlierOptions {
  /** Chooses among those that are left. @default leastLoaded() */
  readonly balancer?: Balancer;
  /** So many failures in a row eject an instance, 1 to 1000. @default 5 */
  readonly failures?: number;
  /** For how long the first time; the second time twice as long, and so on. 1000 to 3,600,000. @default 30000 */
  readonly ejectMs?: number;
  /** For how long at most, `ejectMs` or more. @default 300000 */
  readonly maxEjectMs?: number;
  /** The time in the pool after which one ejection is forgotten, 1000 or more. @default 60000 */
  readonly forgetMs?: number;
  /** The share of the pool that may be out at a time, 0 to 1. The last instance never is. @default 0.5 */
  readonly maxShare?: number;
  /** @default the machine's own time */
  readonly clock?: Clock;
  /** Told when an instance is ejected and when it is back. @default none */
  readonly log?: Logger;
  /** Gets keelson_outlier_ejections_total. @default none */
  readonly meter?: Meter;
}

/** So long after its trial was due, in milliseconds, an instance that nobody has tried is most likely no more. */
const forgetAfterMs = 3_600_000;

/**
 * Leaves out for a while instances that only fail. When its time is over, an instance gets one trial: a success brings it back, a failure ejects it again. Where
 * all fail it is not the instances: half of the pool stays in whatever happens, so there is always one to try.
 */
export function outlierEjection(options: OutlierOptions = {}): Balancer {
  return new OutlierEjection(options);
}

class OutlierEjection implements Balancer {
  readonly #balancer: Balancer;
  readonly #maxShare: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #ejections: Counter;
  readonly #table: InstanceTable<Ejection>;
  /** The candidates of the last pick. */
  #pool: readonly Instance[] = [];
  /** Those that are out or on trial, of any pool. While there is none, picking costs nothing more. */
  readonly #out = new Map<string, Ejection>();

  constructor(options: OutlierOptions) {
    const { clock = systemClock, log = noopLogger, meter = noopMeter } = options;
    const rule = resolveRule(options);
    this.#clock = clock;
    this.#log = log;
    this.#balancer = options.balancer ?? leastLoaded({ clock });
    this.#maxShare = numberOption('outlierEjection', 'maxShare', options.maxShare ?? 0.5, 0, 1);
    this.#table = new InstanceTable(() => new Ejection(rule));
    this.#ejections = meter.counter({
      name: 'keelson_outlier_ejections_total',
      help: 'Instances of the service that were left out for a while because they only failed.',
      labels: ['service'],
    });
  }

  pick(candidates: readonly Instance[], options?: PickOptions): Instance | undefined {
    this.#pool = candidates;
    return this.#balancer.pick(this.#out.size === 0 ? candidates : this.#open(candidates), options);
  }

  begin(instance: Instance): void {
    this.#out.get(instance.id)?.begin(this.#clock.now());
    this.#balancer.begin(instance);
  }

  end(instance: Instance, ms: number, outcome: Outcome): void {
    this.#balancer.end(instance, ms, outcome);
    // Of one that has never failed there is nothing to remember: most calls end here, without a look at the clock.
    if (outcome !== 'failure' && !this.#out.has(instance.id) && !this.#table.has(instance)) return;
    const now = this.#clock.now();
    const one = this.#out.get(instance.id) ?? this.#table.of(instance, now);
    const change = one.end(now - ms, outcome);
    if (change === 'returned') this.#back(instance);
    else if (change === 'failed again' || (change === 'due' && this.#mayEject())) this.#eject(instance, one, now);
  }

  #eject(instance: Instance, one: Ejection, now: number): void {
    const forMs = one.eject(now);
    this.#out.set(instance.id, one);
    this.#ejections.inc({ service: instance.service });
    const fields = { service: instance.service, instance: instance.id, failures: one.failures, forMs };
    this.#log.warn('An instance is left out: it only fails', fields);
  }

  /** The balancer within has heard of nothing but failures, and would give it next to nothing for a good while. */
  #back(instance: Instance): void {
    this.#out.delete(instance.id);
    this.#balancer.forget?.(instance);
    this.#log.info('An instance is back', { service: instance.service, instance: instance.id });
  }

  #mayEject(): boolean {
    return this.#outIn(this.#pool).length < this.#most(this.#pool.length);
  }

  /** How many of a pool may be out. */
  #most(size: number): number {
    return Math.min(Math.floor(size * this.#maxShare), size - 1);
  }

  #outIn(pool: readonly Instance[]): readonly Ejection[] {
    return pool.flatMap(({ id }) => this.#out.get(id) ?? []);
  }

  /** Those that may be picked. When the pool has shrunk, more of it may be out than should be: those that return soonest are taken then. */
  #open(candidates: readonly Instance[]): readonly Instance[] {
    const now = this.#clock.now();
    this.#forgetGone(now);
    const out = this.#outIn(candidates);
    const excess = out.length - this.#most(candidates.length);
    const soonest = [...out].sort((a, b) => a.until - b.until).slice(0, Math.max(0, excess));
    return candidates.filter(({ id }) => {
      const one = this.#out.get(id);
      return one === undefined || one.isOpen(now) || soonest.includes(one);
    });
  }

  /** An instance that has left the registry while it was out would be remembered for ever. */
  #forgetGone(now: number): void {
    for (const [id, one] of this.#out) {
      if (now - one.until < forgetAfterMs) continue;
      one.pardon();
      this.#out.delete(id);
    }
  }
}

function resolveRule(options: OutlierOptions): EjectionRule {
  const { failures = 5, ejectMs = 30_000, maxEjectMs = Math.max(300_000, ejectMs), forgetMs = 60_000 } = options;
  const name = 'outlierEjection';
  return {
    failures: wholeOption(name, 'failures', failures, 1, 1000),
    ejectMs: numberOption(name, 'ejectMs', ejectMs, 1000, 3_600_000),
    maxEjectMs: numberOption(name, 'maxEjectMs', maxEjectMs, ejectMs, longestDelayMs),
    forgetMs: numberOption(name, 'forgetMs', forgetMs, 1000, longestDelayMs),
  };
}
