/** How well something is, in Spring's words. */
export type HealthStatus = 'UP' | 'DOWN' | 'OUT_OF_SERVICE' | 'UNKNOWN';

/** Worst first: a group is as well as the member that comes first here. UNKNOWN is last, so it never hides an UP. */
const order: readonly HealthStatus[] = Object.freeze(['DOWN', 'OUT_OF_SERVICE', 'UP', 'UNKNOWN']);

/** The one of the two that decides for a group. */
export function worseStatus(a: HealthStatus, b: HealthStatus): HealthStatus {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

/** Is it answered with 200? DOWN and OUT_OF_SERVICE are answered with 503. */
export function isUp(status: HealthStatus): boolean {
  return status === 'UP' || status === 'UNKNOWN';
}

/** Is this one of the four statuses? */
export function isHealthStatus(value: unknown): value is HealthStatus {
  return typeof value === 'string' && order.some((status) => status === value);
}
