import { KeelsonError } from '../../core';

/** @throws CONFIG_INVALID unless it is a number within the bounds */
export function numberOption(balancer: string, option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const got = typeof value === 'number' || typeof value === 'string' ? String(value) : typeof value;
  const message = `${balancer}: ${option} must be a number from ${least} to ${most}, not ${got}.`;
  throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
}

/** @throws CONFIG_INVALID unless it is a whole number within the bounds */
export function wholeOption(balancer: string, option: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value)) return numberOption(balancer, option, value, least, most);
  const got = typeof value === 'number' || typeof value === 'string' ? String(value) : typeof value;
  const message = `${balancer}: ${option} must be a whole number from ${least} to ${most}, not ${got}.`;
  throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
}
