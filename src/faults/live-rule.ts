import { type Clock, type CounterSeries, type Fault, type FaultSubject, type Logger } from '../core';
import { chance } from './chance';
import { type ResolvedRule } from './rules';
import { scopeOf, type Scope } from './scope';

/** What rules share. */
export interface RuleTools {
  readonly seed: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A rule in force: what fits it is counted, and some of it hit, until its time or its number is up. */
export class LiveRule {
  readonly rule: ResolvedRule;
  readonly #tools: RuleTools;
  readonly #counter: CounterSeries;
  readonly #fits: Scope;
  readonly #until: number;
  #fitted = 0;
  #left: number;

  constructor(rule: ResolvedRule, counter: CounterSeries, tools: RuleTools) {
    this.rule = rule;
    this.#counter = counter;
    this.#tools = tools;
    this.#fits = scopeOf(rule);
    this.#until = tools.clock.now() + rule.ttlMs;
    this.#left = rule.times;
  }

  /** The fault for this piece of work, if it is hit. */
  draw(subject: FaultSubject): Fault | undefined {
    if (this.#left <= 0) return undefined;
    const { name, fault, ratio, delayMs, jitterMs, status } = this.rule;
    if (subject.kinds?.includes(fault) === false || !this.#fits(subject)) return undefined;
    const { seed, clock } = this.#tools;
    if (clock.now() >= this.#until) return this.#end('expired');
    const n = (this.#fitted += 1);
    if (chance(seed, name, n) >= ratio) return undefined;
    this.#left -= 1;
    this.#counter.inc();
    if (this.#left <= 0) this.#end('used up');
    const later = jitterMs === 0 ? 0 : Math.round(chance(seed, `${name}/jitter`, n) * jitterMs);
    return { kind: fault as Fault['kind'], rule: name, delayMs: delayMs + later, status };
  }

  #end(why: string): undefined {
    this.#left = 0;
    this.#tools.log.info(`a fault rule is ${why}`, { rule: this.rule.name });
  }
}
