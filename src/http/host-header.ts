import { type IncomingMessage } from 'node:http';
import { KeelsonError } from '../core';

/** HTTP/1.1 demands a Host field (RFC 9112, 3.2). Node would refuse by itself, but with an empty answer. */
export function lacksHost(req: IncomingMessage): boolean {
  return req.headers.host === undefined && req.httpVersion === '1.1';
}

/** The answer to a request without one. */
export function hostMissing(): KeelsonError {
  return new KeelsonError('BAD_REQUEST', 'An HTTP/1.1 request has a Host field.', { retryable: false });
}
