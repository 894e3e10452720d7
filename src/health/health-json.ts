import { type ComponentHealth, type HealthReport, type HealthSummary } from './contract';
import { type HealthStatus } from './status';

/** What application/health+json calls a status. */
export type HealthJsonStatus = 'pass' | 'warn' | 'fail';

/** What is said about the service itself. */
export interface HealthJsonInfo {
  /** The public version of the API. */
  readonly version?: string;
  /** The version of the program. */
  readonly releaseId?: string;
  /** Which instance answers. */
  readonly serviceId?: string;
  readonly description?: string;
}

/** One observation about a component. */
export interface HealthJsonCheck {
  readonly componentType: 'component';
  readonly status: HealthJsonStatus;
  readonly time?: string;
  /** How long the check took, in milliseconds. */
  readonly observedValue?: number;
  readonly observedUnit?: 'ms';
  /** Why it does not pass. */
  readonly output?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A body of the media type application/health+json (draft-inadarei-api-health-check). */
export interface HealthJson extends HealthJsonInfo {
  readonly status: HealthJsonStatus;
  /** By `component:measurement`. Absent for callers without access. */
  readonly checks?: Readonly<Record<string, readonly HealthJsonCheck[]>>;
}

/** Puts a report into the form of application/health+json. A check that is not known, or failed without being DOWN yet, is a warning. */
export function toHealthJson(report: HealthReport | HealthSummary, info: HealthJsonInfo = {}): HealthJson {
  const { version, releaseId, serviceId, description } = info;
  const about: HealthJsonInfo = {
    ...(version !== undefined && { version }),
    ...(releaseId !== undefined && { releaseId }),
    ...(serviceId !== undefined && { serviceId }),
    ...(description !== undefined && { description }),
  };
  const status = verdict(report.status);
  if (!('components' in report)) return { status, ...about };
  const checks: Record<string, readonly HealthJsonCheck[]> = {};
  let warned = false;
  for (const [name, component] of Object.entries(report.components)) {
    const check = toCheck(component);
    if (check.status !== 'pass') warned = true;
    checks[component.durationMs === undefined ? name : `${name}:responseTime`] = [check];
  }
  return { status: status === 'pass' && warned ? 'warn' : status, ...about, checks };
}

function toCheck({ status, details, checkedAt, durationMs, error, failures }: ComponentHealth): HealthJsonCheck {
  const own = verdict(status);
  return {
    componentType: 'component',
    status: own === 'pass' && failures !== undefined ? 'warn' : own,
    ...(checkedAt !== undefined && { time: checkedAt }),
    ...(durationMs !== undefined && { observedValue: durationMs, observedUnit: 'ms' }),
    ...(error !== undefined && { output: error }),
    ...(details !== undefined && { details }),
  };
}

function verdict(status: HealthStatus): HealthJsonStatus {
  switch (status) {
    case 'UP':
      return 'pass';
    case 'UNKNOWN':
      return 'warn';
    case 'DOWN':
    case 'OUT_OF_SERVICE':
      return 'fail';
  }
}
