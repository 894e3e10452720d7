import { isKeelsonError, KeelsonError } from '../core';
import { type Call } from './call';

/** The error of a call that its caller gave up: why it was, if that is an error of the chassis, else ABORTED. */
export function givenUp(call: Call): KeelsonError {
  const { reason } = call;
  if (isKeelsonError(reason)) return reason;
  return new KeelsonError('ABORTED', 'The call was given up by its caller.', { retryable: false, cause: reason });
}
