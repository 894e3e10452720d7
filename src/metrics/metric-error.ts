import { KeelsonError } from '../core';

/** A metric that cannot be made as asked: a mistake in the program, seen where the metric is defined. */
export function definitionError(message: string, details: Readonly<Record<string, unknown>> = {}): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', message, { retryable: false, details });
}

/** A metric that is used in a way it was not defined for: a mistake in the program, seen where something is counted. */
export function usageError(message: string, details: Readonly<Record<string, unknown>> = {}): KeelsonError {
  return new KeelsonError('INTERNAL', message, { retryable: false, details });
}
