import { STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { KeelsonError } from '../core';
import { problemOf } from './problem';
import { requestIdOf } from './request-id';

/**
 * Answers what never became a request: node:http gives a socket and an error. The answer is the same kind of problem document as
 * everywhere; then the connection is closed, because nobody knows where the next request would begin.
 *
 * @returns the reason, for counting
 */
export function answerClientError(error: Error, socket: Duplex): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return 'reset';
  }
  const refusal = refusalOf(code);
  const problem = problemOf(refusal);
  const requestId = requestIdOf(undefined);
  const body = JSON.stringify({ ...problem, requestId });
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  return refusal.code.toLowerCase();
}

function refusalOf(code: string): KeelsonError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new KeelsonError('HEADERS_TOO_LARGE', 'The head of the request is too large.', { retryable: false });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new KeelsonError('PAYLOAD_TOO_LARGE', 'The chunk extensions are too large.', { retryable: false });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new KeelsonError('REQUEST_TIMEOUT', 'The request did not arrive in time.', { retryable: true });
    default:
      return new KeelsonError('BAD_REQUEST', 'What came is not well-formed HTTP/1.1.', { retryable: false });
  }
}
