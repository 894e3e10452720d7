import { KeelsonError, longestDelayMs } from '../core';

function refuse(policy: string, option: string, value: unknown, expected: string): never {
  const got = typeof value === 'number' || typeof value === 'string' ? String(value) : typeof value;
  throw new KeelsonError('CONFIG_INVALID', `${policy}: ${option} must be ${expected}, not ${got}.`, {
    retryable: false,
  });
}

/** @throws CONFIG_INVALID unless it is a function or not given */
export function functionOr<F extends (...args: never[]) => unknown>(
  policy: string,
  option: string,
  value: F | undefined,
  otherwise: F,
): F {
  return value === undefined ? otherwise : requireFunction(policy, option, value);
}

/** @throws CONFIG_INVALID unless it is a function */
export function requireFunction<F extends (...args: never[]) => unknown>(policy: string, option: string, value: F): F {
  return typeof value === 'function' ? value : refuse(policy, option, value, 'a function');
}

/** @throws CONFIG_INVALID unless it is true, false or not given */
export function booleanOr(policy: string, option: string, value: boolean | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  return typeof value === 'boolean' ? value : refuse(policy, option, value, 'true or false');
}

/** @throws CONFIG_INVALID unless it is a finite number within the bounds */
export function numberWithin(
  policy: string,
  option: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return refuse(policy, option, value, `a number from ${least} to ${most}`);
}

/** @throws CONFIG_INVALID unless it is a whole number within the bounds */
export function integerWithin(
  policy: string,
  option: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  return refuse(policy, option, value, `a whole number from ${least} to ${most}`);
}

/** @throws CONFIG_INVALID unless a timer can wait for as long */
export function positiveMs(policy: string, option: string, value: unknown): number {
  return numberWithin(policy, option, value, 1, longestDelayMs);
}

/** @throws CONFIG_INVALID unless it is text with something in it */
export function textOf(policy: string, option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  return refuse(policy, option, value === '' ? '""' : value, 'text that is not empty');
}
