import { type CheckFunction, KeelsonError, type Logger, noopLogger, noopMeter, systemClock } from '../core';
import { Availability } from './availability';
import { checkMetrics, type CheckSeries } from './check-metrics';
import { CheckMonitor, type MonitorNeeds } from './check-monitor';
import {
  type AvailabilityState,
  type Health,
  type HealthChange,
  type HealthReport,
  type HealthSummary,
  type LivenessState,
  type ProbeResult,
  type ReadinessState,
  type StateSource,
} from './contract';
import { Group, type GroupRules } from './group';
import {
  type CheckOptions,
  healthDefaults,
  type HealthDefaults,
  type HealthOptions,
  misuse,
  resolveCheck,
  resolveDefaults,
} from './options';
import { plainDetails } from './plain-details';

/**
 * Makes the health part of a service. It opens nothing and runs nothing before `start()`.
 *
 * @throws KeelsonError CONFIG_INVALID when a default is out of its range
 */
export function createHealth(options: HealthOptions = {}): Health {
  return new ServiceHealth(options);
}

/** The groups that always exist. */
function builtInGroups(availability: Availability): Readonly<Record<string, GroupRules>> {
  const livenessState = (): Availability['livenessState'] => availability.livenessState;
  const readinessState = (): Availability['readinessState'] => availability.readinessState;
  const startupState = (): Availability['startupState'] => availability.startupState;
  return {
    health: { states: { livenessState, readinessState } },
    liveness: { states: { livenessState } },
    readiness: { states: { readinessState }, waitsForChecks: true },
    startup: { states: { startupState }, waitsForChecks: true, latches: true },
  };
}

/** Spreads any number of checks over an interval: multiples of the golden ratio keep their distance. Never the first half: a check has just run. */
function phaseOf(index: number): number {
  return 0.5 + ((index * 0.618_033_988_75) % 1) / 2;
}

class ServiceHealth implements Health {
  readonly state: AvailabilityState;
  readonly #availability = new Availability();
  readonly #defaults: Readonly<Required<HealthDefaults>>;
  readonly #logger: Logger;
  readonly #needs: Omit<MonitorNeeds, 'series'>;
  readonly #seriesOf: (check: string) => CheckSeries;
  readonly #monitors = new Map<string, CheckMonitor>();
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Set<{ readonly call: (change: HealthChange) => void }>();
  readonly #changes: HealthChange[] = [];
  #telling = false;
  #life: 'created' | 'running' | 'stopped' = 'created';
  #added = 0;

  constructor(options: HealthOptions) {
    this.state = this.#availability.view;
    this.#defaults = Object.freeze(resolveDefaults(options.defaults ?? {}, healthDefaults));
    this.#logger = options.logger ?? noopLogger;
    this.#needs = {
      clock: options.clock ?? systemClock,
      logger: this.#logger,
      plain: plainDetails(options.redact ?? ((told) => told)),
      changed: (monitor) => this.#refresh(monitor.groups),
    };
    this.#seriesOf = checkMetrics(options.meter ?? noopMeter);
    for (const [name, rules] of Object.entries(builtInGroups(this.#availability))) {
      this.#groups.set(name, new Group(name, rules));
    }
  }

  check(name: string, fn: CheckFunction, options: CheckOptions = {}): () => void {
    const check = resolveCheck(name, fn, options, this.#defaults);
    if (this.#monitors.has(name)) throw misuse(`There is a health check "${name}" already`);
    const series = this.#seriesOf(name);
    const monitor = new CheckMonitor(check, { ...this.#needs, series });
    this.#monitors.set(name, monitor);
    for (const group of ['health', ...check.groups]) this.#groupOf(group).members.add(monitor);
    this.#refresh(check.groups);
    this.#added += 1;
    if (this.#life === 'running') monitor.start(phaseOf(this.#added));
    return () => this.#remove(monitor, series);
  }

  setReadiness(state: ReadinessState, by: StateSource = 'service'): void {
    this.#availability.setReadiness(state, by);
    this.#refresh(['readiness']);
  }

  setLiveness(state: LivenessState, by: StateSource = 'service'): void {
    this.#availability.setLiveness(state, by);
    this.#refresh(['liveness']);
  }

  setStarted(): void {
    this.#availability.setStarted();
    this.#refresh(['startup']);
  }

  probe(group: 'liveness' | 'readiness' | 'startup' | 'health'): ProbeResult;
  probe(group: string): ProbeResult | undefined;
  probe(group: string): ProbeResult | undefined {
    return this.#groups.get(group)?.result;
  }

  report(group?: 'liveness' | 'readiness' | 'startup' | 'health'): HealthReport;
  report(group: string): HealthReport | undefined;
  report(group = 'health'): HealthReport | undefined {
    const report = this.#groups.get(group)?.report();
    if (report === undefined || group !== 'health') return report;
    return { ...report, groups: [...this.#groups.keys()].filter((name) => name !== 'health') };
  }

  summary(group?: 'liveness' | 'readiness' | 'startup' | 'health'): HealthSummary;
  summary(group: string): HealthSummary | undefined;
  summary(group = 'health'): HealthSummary | undefined {
    const result = this.#groups.get(group)?.result;
    return result === undefined ? undefined : { status: result.status };
  }

  onChange(listener: (change: HealthChange) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  start(): void {
    if (this.#life === 'running') return;
    if (this.#life === 'stopped') {
      throw new KeelsonError('STOPPED', 'The health checks have been stopped for good', { retryable: false });
    }
    this.#life = 'running';
    let index = 0;
    for (const monitor of this.#monitors.values()) monitor.start(phaseOf(++index));
  }

  stop(): void {
    this.#life = 'stopped';
    for (const monitor of this.#monitors.values()) monitor.stop();
  }

  #remove(monitor: CheckMonitor, series: CheckSeries): void {
    if (this.#monitors.get(monitor.name) !== monitor) return;
    this.#monitors.delete(monitor.name);
    monitor.stop();
    series.gone();
    for (const [name, group] of this.#groups) {
      group.members.delete(monitor);
      if (group.isEmpty) this.#groups.delete(name);
    }
    this.#refresh(monitor.groups);
  }

  #groupOf(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new Group(name);
      this.#groups.set(name, group);
    }
    return group;
  }

  /** Works out these groups and the whole anew, and tells the listeners what has changed. */
  #refresh(names: readonly string[]): void {
    for (const name of [...names, 'health']) {
      const group = this.#groups.get(name);
      const before = group?.refresh();
      if (group === undefined || before === undefined) continue;
      const { status: to, up } = group.result;
      this.#changes.push(Object.freeze({ group: name, from: before.status, to, up }));
    }
    this.#tellChanges();
  }

  /** One after the other, so that a listener which causes a change does not make others hear the older one last. */
  #tellChanges(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let change = this.#changes.shift(); change !== undefined; change = this.#changes.shift()) {
        for (const listener of this.#listeners) this.#call(listener.call, change);
      }
    } finally {
      this.#telling = false;
    }
  }

  #call(listener: (change: HealthChange) => void, change: HealthChange): void {
    try {
      listener(change);
    } catch (error) {
      this.#logger.error('a listener for health changes failed', { err: error, group: change.group });
    }
  }
}
