import { type IncomingMessage } from 'node:http';
import { KeelsonError } from '../core';

/**
 * HTTP/1.1 demands a Host field, and no request may have two (RFC 9112, 3.2): a proxy on the way may have gone by the other one. Node lets
 * two pass, and answers a missing one by itself, but with nothing in the answer.
 */
export function lacksHost(req: IncomingMessage): boolean {
  if (req.headers.host === undefined) return req.httpVersion === '1.1';
  const { rawHeaders } = req;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (isHost(rawHeaders[i] as string)) hosts += 1;
  return hosts > 1;
}

/** The answer to a request without one. */
export function hostMissing(): KeelsonError {
  return new KeelsonError('BAD_REQUEST', 'An HTTP/1.1 request has one Host field.', { retryable: false });
}

function isHost(name: string): boolean {
  return name.length === 4 && (name === 'Host' || name === 'host' || name.toLowerCase() === 'host');
}
