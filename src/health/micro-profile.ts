import { type ComponentHealth, type HealthReport, type HealthSummary } from './contract';
import { isUp } from './status';

/** One procedure in a MicroProfile answer. */
export interface MicroProfileCheck {
  readonly name: string;
  readonly status: 'UP' | 'DOWN';
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** An answer in the form of MicroProfile Health. */
export interface MicroProfileHealth {
  readonly status: 'UP' | 'DOWN';
  /** Empty for callers without access. */
  readonly checks: readonly MicroProfileCheck[];
}

/** Puts a report, or the summary for those without access, into the form of MicroProfile Health: for `/health/live`, `/health/ready`, `/health/started`. */
export function toMicroProfile(report: HealthReport | HealthSummary): MicroProfileHealth {
  const components = 'components' in report ? Object.entries(report.components) : [];
  return { status: twoValued(report), checks: components.map(([name, component]) => toCheck(name, component)) };
}

function toCheck(name: string, component: ComponentHealth): MicroProfileCheck {
  const data: Record<string, string | number | boolean> = {};
  if (component.error !== undefined) data.error = component.error;
  // The format knows scalars only.
  for (const [key, value] of Object.entries(component.details ?? {})) {
    data[key] = isScalar(value) ? value : JSON.stringify(value);
  }
  const status = twoValued(component);
  return Object.keys(data).length === 0 ? { name, status } : { name, status, data };
}

function twoValued(of: HealthSummary): 'UP' | 'DOWN' {
  return isUp(of.status) ? 'UP' : 'DOWN';
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
