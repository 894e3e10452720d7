import { KeelsonError } from '../../core';

/** Nobody has ever subscribed to the event, or handled the command. */
export function unroutable(type: string): KeelsonError {
  return new KeelsonError('PUBLISH_UNROUTABLE', `Nobody takes ${type}.`, { retryable: false, details: { type } });
}

/** A queue is at its limit. */
export function full(queue: string): KeelsonError {
  return new KeelsonError('PUBLISH_NACKED', `The queue ${queue} is full.`, { retryable: true, details: { queue } });
}

export function notStarted(): KeelsonError {
  return new KeelsonError('NOT_STARTED', 'Messaging has not started.', { retryable: true });
}

/** `unknown`: the message was on its way, and may be handled all the same. */
export function stopped(outcome?: 'unknown'): KeelsonError {
  const details = outcome === undefined ? {} : { outcome };
  return new KeelsonError('STOPPED', 'Messaging has stopped.', { retryable: false, details });
}

/** The caller gave up; `unknown`: the message was on its way, and may be handled all the same. */
export function aborted(cause: unknown, outcome?: 'unknown'): KeelsonError {
  const details = outcome === undefined ? {} : { outcome };
  return new KeelsonError('ABORTED', 'The message was given up by its sender.', { retryable: false, cause, details });
}

/** No reply came by the deadline of a command. */
export function noReply(type: string): KeelsonError {
  const details = { type, outcome: 'unknown' };
  return new KeelsonError('TIMEOUT', `No reply to ${type} came in time.`, { retryable: false, details });
}
