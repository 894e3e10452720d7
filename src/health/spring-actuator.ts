import { type ComponentHealth, type HealthReport, type HealthSummary } from './contract';
import { type HealthStatus } from './status';

/** A component as Spring Boot's tools know it: what else there is to say is among the details. */
export interface SpringComponent {
  readonly status: HealthStatus;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The body of Spring Boot's health endpoint. */
export interface SpringHealth {
  readonly status: HealthStatus;
  /** From version 3 on. */
  readonly components?: Readonly<Record<string, SpringComponent>>;
  /** The same in version 2. */
  readonly details?: Readonly<Record<string, SpringComponent>>;
  readonly groups?: readonly string[];
}

/** Puts a report into the form of Spring Boot's actuator: version 3 has the members under `components`, version 2 under `details` and names no groups. */
export function toSpringActuator(report: HealthReport | HealthSummary, version: 2 | 3): SpringHealth {
  const { status } = report;
  if (!('components' in report)) return { status };
  const members = Object.fromEntries(
    Object.entries(report.components).map(([name, component]) => [name, toComponent(component)]),
  );
  if (version === 2) return { status, details: members };
  return report.groups === undefined
    ? { status, components: members }
    : { status, components: members, groups: report.groups };
}

function toComponent({ status, details, error }: ComponentHealth): SpringComponent {
  if (error === undefined) return details === undefined ? { status } : { status, details };
  return { status, details: { error, ...details } };
}
