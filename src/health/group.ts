import { type CheckMonitor } from './check-monitor';
import { type ComponentHealth, type HealthReport, type ProbeResult } from './contract';
import { type HealthStatus, isUp, worseStatus } from './status';

/** One frozen answer per status: a probe allocates nothing. */
const answers: Readonly<Record<HealthStatus, ProbeResult>> = Object.freeze({
  UP: answer('UP'),
  DOWN: answer('DOWN'),
  OUT_OF_SERVICE: answer('OUT_OF_SERVICE'),
  UNKNOWN: answer('UNKNOWN'),
});

/** How a group differs from a plain one. */
export interface GroupRules {
  /** The states that count in it, by the name they have in a report. @default none */
  readonly states?: Readonly<Record<string, () => ComponentHealth>>;
  /** Does a check without a result keep the group out of service? @default false */
  readonly waitsForChecks?: boolean;
  /** Once up, is it up for good? @default false */
  readonly latches?: boolean;
}

/** Checks that are answered for together. Its answer is worked out when something changes, not when somebody asks. */
export class Group {
  readonly name: string;
  readonly members = new Set<CheckMonitor>();
  readonly #rules: GroupRules;
  #result: ProbeResult = answers.UNKNOWN;

  constructor(name: string, rules: GroupRules = {}) {
    this.name = name;
    this.#rules = rules;
    this.refresh();
  }

  /** The answer to a probe. */
  get result(): ProbeResult {
    return this.#result;
  }

  /** Can it vanish with its last check? */
  get isEmpty(): boolean {
    return this.members.size === 0 && this.#rules.states === undefined;
  }

  /** Works out the answer anew. @returns the answer before, if it was another */
  refresh(): ProbeResult | undefined {
    const before = this.#result;
    if (this.#rules.latches === true && before.status === 'UP') return undefined;
    this.#result = answers[this.#worst()];
    return before === this.#result ? undefined : before;
  }

  /** All that is known about it. */
  report(): HealthReport {
    const components: Record<string, ComponentHealth> = {};
    for (const [name, read] of Object.entries(this.#rules.states ?? {})) components[name] = read();
    for (const member of this.members) components[member.name] = member.component;
    return { status: this.#result.status, components };
  }

  #worst(): HealthStatus {
    let worst: HealthStatus = 'UNKNOWN';
    for (const read of Object.values(this.#rules.states ?? {})) worst = worseStatus(worst, read().status);
    for (const member of this.members) {
      const waits = member.pending && this.#rules.waitsForChecks === true;
      worst = worseStatus(worst, waits ? 'OUT_OF_SERVICE' : member.component.status);
    }
    return worst;
  }
}

function answer(status: HealthStatus): ProbeResult {
  return Object.freeze({ up: isUp(status), status });
}
