import { isKeelsonError, KeelsonError } from '../core';

/** How far a request had come when its connection failed. */
export interface Progress {
  /** Was a byte of it on its way? */
  readonly sent: boolean;
  /** Had an answer begun? */
  readonly answered: boolean;
  /** May it be sent again though it may have been carried out? */
  readonly idempotent: boolean;
}

/** Errors of undici that are neither of the network nor of the other side. */
const misuse = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

/**
 * What becomes of an error of the connection. Before anything was sent every request may be tried again; afterwards only one that may be carried out twice.
 * Errors of our own pass through.
 */
export function connectionFailed(error: Error, progress: Progress): Error {
  if (isKeelsonError(error)) return error;
  const code = codeOf(error);
  if (misuse.has(code)) return new TypeError(error.message, { cause: error });
  const { sent, answered, idempotent } = progress;
  return new KeelsonError('CONNECTION_FAILED', messageOf(code, sent, answered), {
    retryable: !sent || idempotent,
    cause: error,
    details: sent ? { reason: code, outcome: 'unknown' } : { reason: code },
  });
}

function messageOf(code: string, sent: boolean, answered: boolean): string {
  if (!sent) return `No connection could be made (${code}).`;
  return answered
    ? `The connection broke amid the answer (${code}).`
    : `The connection broke before an answer (${code}).`;
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: Error): string {
  const { code, errors } = error as Error & { code?: unknown; errors?: readonly { code?: unknown }[] };
  const found = code ?? errors?.[0]?.code;
  return typeof found === 'string' ? found : error.name;
}

/** Did the other side close a connection that was kept, before it had seen the request? Then nobody is to blame. */
export function isStaleConnection(error: unknown): boolean {
  if (!isKeelsonError(error, 'CONNECTION_FAILED') || error.details['outcome'] === undefined) return false;
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(error.details['reason']));
}

/** The answer is larger than was allowed. */
export function tooLarge(maxResponse: number, declared?: number): KeelsonError {
  const size = declared === undefined ? `more than ${maxResponse} bytes` : `${declared} bytes`;
  return new KeelsonError('PAYLOAD_TOO_LARGE', `The answer has ${size}; ${maxResponse} are allowed (maxResponse).`, {
    retryable: false,
    status: 502,
    details: { maxResponse },
  });
}

/** Nobody is known who could be asked. @param answered has the registry answered yet? */
export function noInstance(service: string, answered: boolean): KeelsonError {
  const known = answered ? 'The registry knows none that is UP' : 'The registry has not answered yet';
  return new KeelsonError('NO_INSTANCE', `There is no instance of ${service} to call. ${known}.`, {
    retryable: true,
    details: { service },
  });
}
