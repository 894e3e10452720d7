import {
  KeelsonError,
  noopLogger,
  noopMeter,
  systemClock,
  type Clock,
  type Fault,
  type FaultPort,
  type FaultSource,
  type Logger,
  type Meter,
} from '../core';
import { LiveRule } from './live-rule';
import { faultDefaults, readRules, type FaultRule } from './rules';

/** What rules are put into force with; each part has a default. */
export interface FaultsOptions {
  /** The same seed and the same work meet the same faults. @default 1 */
  readonly seed?: number;
  /** The largest share that a rule may hit, above 0 and at most 1. @default 0.5 */
  readonly maxRatio?: number;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** @default none */
  readonly log?: Logger;
  /** Gets keelson_faults_injected_total. @default none */
  readonly meter?: Meter;
}

/** Rules in force. */
export interface Faults {
  /** What decides at a port; undefined where no rule is for it: then nothing needs to be asked. */
  at<P extends FaultPort>(port: P): FaultSource<P> | undefined;
  /** Logs a warning for each rule, so that nobody looks for a failure that was ordered. */
  announce(): void;
}

/**
 * Puts rules into force, from now until the time of each is up. Of several rules that hit the same work the first counts. It does not know where it runs:
 * whoever calls it sees to it that this is not production (`createService` does).
 *
 * @throws CONFIG_INVALID that names every mistake
 */
export function createFaults(rules: readonly FaultRule[], options: FaultsOptions = {}): Faults {
  const { seed = faultDefaults.seed, maxRatio = faultDefaults.maxRatio } = options;
  const { clock = systemClock, log = noopLogger, meter = noopMeter } = options;
  const read = readRules(rules, maxRatio);
  if (read.wrong.length > 0) {
    const details = { errors: read.wrong };
    throw new KeelsonError('CONFIG_INVALID', `faults: ${read.wrong.join('; ')}.`, { retryable: false, details });
  }
  const injected = meter.counter({
    name: 'keelson_faults_injected_total',
    help: 'Faults that were injected on purpose, by rule.',
    labels: ['port', 'fault', 'rule'],
  });
  const live = read.rules.map((rule) => {
    const { port, fault, name } = rule;
    return new LiveRule(rule, injected.labels({ port, fault, rule: name }), { seed, clock, log });
  });
  return new RuleFaults(live, seed, log);
}

class RuleFaults implements Faults {
  readonly #rules: readonly LiveRule[];
  readonly #seed: number;
  readonly #log: Logger;

  constructor(rules: readonly LiveRule[], seed: number, log: Logger) {
    this.#rules = rules;
    this.#seed = seed;
    this.#log = log;
  }

  at<P extends FaultPort>(port: P): FaultSource<P> | undefined {
    const rules = this.#rules.filter(({ rule }) => rule.port === port);
    if (rules.length === 0) return undefined;
    return {
      draw: (subject) => {
        for (const rule of rules) {
          const fault = rule.draw(subject);
          if (fault !== undefined) return fault as Fault<P>;
        }
        return undefined;
      },
    };
  }

  announce(): void {
    for (const { rule } of this.#rules) {
      const { name, times, ...rest } = rule;
      const fields = { rule: name, ...rest, ...(times === Infinity ? {} : { times }), seed: this.#seed };
      this.#log.warn('faults are injected on purpose, by a rule', fields);
    }
  }
}
