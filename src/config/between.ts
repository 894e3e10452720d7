import { KeelsonError } from '../core';
import { type BoundedFormat } from './setting';

/** A whole number within bounds, both included. */
export function intBetween(min: number, max: number): BoundedFormat {
  return between('int', 'a whole number', min, max, Number.isSafeInteger);
}

/** A number within bounds, both included. */
export function numberBetween(min: number, max: number): BoundedFormat {
  return between('number', 'a number', min, max, Number.isFinite);
}

function between(
  kind: BoundedFormat['kind'],
  noun: string,
  min: number,
  max: number,
  isOfKind: (value: unknown) => boolean,
): BoundedFormat {
  if (!(min <= max)) {
    throw new KeelsonError(
      'CONFIG_INVALID',
      `There is nothing between ${min} and ${max}: give the smaller bound first`,
      {
        retryable: false,
      },
    );
  }
  const expected = `${noun} ${range(min, max)}`;
  const check = (value: unknown): void => {
    if (!isOfKind(value) || (value as number) < min || (value as number) > max)
      throw new TypeError(`must be ${expected}`);
  };
  return Object.freeze(Object.assign(check, { kind, min, max, expected }));
}

function range(min: number, max: number): string {
  if (max === Infinity) return `from ${min}`;
  return min === -Infinity ? `up to ${max}` : `from ${min} to ${max}`;
}

/** Was it made here, or by another copy of the package? */
export function isBounded(format: unknown): format is BoundedFormat {
  return typeof format === 'function' && 'kind' in format && 'expected' in format && 'min' in format;
}
