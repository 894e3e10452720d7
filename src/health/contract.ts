import { type CheckFunction } from '../core';
import { type CheckOptions } from './options';
import { type HealthStatus } from './status';

/** BROKEN: only a restart helps. */
export type LivenessState = 'CORRECT' | 'BROKEN';

/** REFUSING_TRAFFIC: alive, but send no requests just now. */
export type ReadinessState = 'ACCEPTING_TRAFFIC' | 'REFUSING_TRAFFIC';

/** Who says so. The service's own word and the lifecycle's are kept apart: the worse of the two counts. */
export type StateSource = 'service' | 'lifecycle';

/** Where the service stands in its life. Checks do not change it: they count in the probes, beside it. */
export interface AvailabilityState {
  /** BROKEN as soon as one source says so. CORRECT from the beginning. */
  readonly liveness: LivenessState;
  /** ACCEPTING_TRAFFIC when both sources say so. The lifecycle refuses until the service is ready. */
  readonly readiness: ReadinessState;
  /** True once the start has been completed, and from then on. */
  readonly startup: boolean;
}

/** The answer to a probe. */
export interface ProbeResult {
  /** True: answer 200. False: answer 503. */
  readonly up: boolean;
  readonly status: HealthStatus;
}

/** What everybody may see. */
export interface HealthSummary {
  readonly status: HealthStatus;
}

/** One check, or one of the states, in a report. */
export interface ComponentHealth {
  /** UNKNOWN until the first run has ended. */
  readonly status: HealthStatus;
  /** What the check told, bounded and masked. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** When the last run ended, ISO 8601 by the wall clock. */
  readonly checkedAt?: string;
  /** How long the last run took, in milliseconds. */
  readonly durationMs?: number;
  /** Why the last run failed: a message, never a stack. */
  readonly error?: string;
  /** How many runs in a row have failed; absent when the last one was well. */
  readonly failures?: number;
}

/** What callers with access may see. */
export interface HealthReport extends HealthSummary {
  /** The states first, then the checks in the order in which they were added. */
  readonly components: Readonly<Record<string, ComponentHealth>>;
  /** The groups that can be asked for. Only in the report of the whole. */
  readonly groups?: readonly string[];
}

/** The status of a group has changed. */
export interface HealthChange {
  /** `health` for the whole. */
  readonly group: string;
  readonly from: HealthStatus;
  readonly to: HealthStatus;
  /** Is the new status answered with 200? */
  readonly up: boolean;
}

/** The checks of a service, its availability state, and the answers to probes. */
export interface Health {
  /** A live, read-only view. */
  readonly state: AvailabilityState;
  /**
   * Adds a check. It runs in the background from {@link Health.start} on; added later it runs at once. Without a group it counts in the whole (`/health`) only.
   *
   * @param name unique; letters, digits, `.`, `_` and `-`, at most 64, a letter or digit first
   * @returns removes it and aborts its run; safe to call twice
   * @throws KeelsonError CONFIG_INVALID: the name is malformed or taken, or an option is out of range
   */
  check(name: string, fn: CheckFunction, options?: CheckOptions): () => void;
  /** Says whether the service wants requests. @param by `lifecycle` is for whoever starts and stops the service. @default 'service' */
  setReadiness(state: ReadinessState, by?: StateSource): void;
  /** Says whether only a restart helps. Never because of another system. @param by as in setReadiness. @default 'service' */
  setLiveness(state: LivenessState, by?: StateSource): void;
  /** The start has been completed. There is no way back. For whoever starts the service. */
  setStarted(): void;
  /** Answers at once from what is known: it runs no check, waits for nothing and allocates nothing. */
  probe(group: 'liveness' | 'readiness' | 'startup' | 'health'): ProbeResult;
  /** @returns undefined when there is no such group */
  probe(group: string): ProbeResult | undefined;
  /** Everything that is known, for callers with access. */
  report(group?: 'liveness' | 'readiness' | 'startup' | 'health'): HealthReport;
  /** @returns undefined when there is no such group */
  report(group: string): HealthReport | undefined;
  /** The status alone, for everybody. */
  summary(group?: 'liveness' | 'readiness' | 'startup' | 'health'): HealthSummary;
  /** @returns undefined when there is no such group */
  summary(group: string): HealthSummary | undefined;
  /** Calls when the status of a group or of the whole changes. @returns stops the calls */
  onChange(listener: (change: HealthChange) => void): () => void;
  /** Runs each check at once, and then every interval. Does nothing when it runs already. @throws KeelsonError STOPPED after stop() */
  start(): void;
  /** Ends it for good: no check begins, running ones are aborted, no timer is left. What is known stays as it was. Idempotent. */
  stop(): void;
}
