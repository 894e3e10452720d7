import { KeelsonError, retryAfterMs } from '../core';
import { problemOf } from './content';
import { type Incoming } from './exchange';

/** These say that the same request may be answered differently in a moment. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** A Retry-After of more is a mistake or an attack, in milliseconds: a day. */
const longestWaitMs = 24 * 3_600_000;

/** Members of a problem document that an error has places of its own for. */
const placed: ReadonlySet<string> = new Set(['type', 'title', 'status', 'detail', 'code', 'instance']);

/**
 * The error of an answer that is not 2xx. It shows its own caller the status and no more; what the other side said is its cause, as an error with the code,
 * the status and the details of the problem document.
 *
 * @param wall the wall clock, for a Retry-After that is a date
 */
export function statusError(service: string, incoming: Incoming, idempotent: boolean, wall: number): KeelsonError {
  const { status } = incoming;
  const problem = problemOf(incoming);
  const code = typeof problem?.['code'] === 'string' ? ` (${problem['code']})` : '';
  const wait = retryAfterMs(incoming.headers['retry-after'], wall, longestWaitMs);
  return new KeelsonError('HTTP_STATUS', `${service} answered ${status}${code}.`, {
    retryable: idempotent && passing.has(status),
    details: { service, status, ...(wait === undefined ? {} : { retryAfterMs: wait }) },
    ...(problem === undefined ? {} : { cause: problemError(problem, status) }),
  });
}

function problemError(problem: Readonly<Record<string, unknown>>, status: number): KeelsonError {
  const { code, detail, title } = problem;
  const message = [detail, title].find((text) => typeof text === 'string') ?? 'no detail';
  return new KeelsonError(typeof code === 'string' ? code : 'HTTP_STATUS', message, {
    retryable: passing.has(status),
    status,
    details: Object.fromEntries(Object.entries(problem).filter(([name]) => !placed.has(name))),
  });
}

/** Does it tell of a fault of the other side? A 4xx is one of ours. */
export function isFault(status: unknown): boolean {
  return typeof status === 'number' && status >= 500;
}
