/**
 * What each code means: the HTTP status it is answered with, and the title of its problem document.
 * docs/errors.md lists the same codes; a test fails when the two disagree.
 */
export const errorCodes = Object.freeze({
  CONFIG_INVALID: { status: 500, title: 'The configuration is invalid' },
  START_FAILED: { status: 500, title: 'The service could not start' },
  NOT_STARTED: { status: 503, title: 'The service has not started' },
  STOPPED: { status: 503, title: 'The service has stopped' },
  TIMEOUT: { status: 504, title: 'It took too long' },
  DEADLINE_EXCEEDED: { status: 504, title: 'The deadline has passed' },
  ABORTED: { status: 499, title: 'The caller went away' },
  BREAKER_OPEN: { status: 503, title: 'The circuit breaker is open' },
  BULKHEAD_FULL: { status: 503, title: 'Too many calls at once' },
  RATE_LIMITED: { status: 429, title: 'Too many calls in this time' },
  NO_INSTANCE: { status: 503, title: 'No instance of the service is known' },
  CONNECTION_FAILED: { status: 502, title: 'The connection failed' },
  HTTP_STATUS: { status: 502, title: 'The service that was called answered with an error' },
  PUBLISH_UNROUTABLE: { status: 503, title: 'Nobody takes the message' },
  PUBLISH_NO_EXCHANGE: { status: 503, title: 'The exchange of the message does not exist' },
  PUBLISH_NACKED: { status: 503, title: 'The broker refused the message' },
  PUBLISH_BUFFER_FULL: { status: 503, title: 'Too many messages wait for the broker' },
  REPLY_FAILED: { status: 502, title: 'The service that was asked answered with an error' },
  OVERLOADED: { status: 503, title: 'Too much work at once' },
  BAD_REQUEST: { status: 400, title: 'The request is malformed' },
  PAYLOAD_INVALID: { status: 422, title: 'The content is not valid' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The content is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The media type is not supported' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The header fields are too large' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  UNAUTHENTICATED: { status: 401, title: 'Who is calling is not known' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  FAULT_INJECTED: { status: 503, title: 'A fault was injected on purpose' },
  INTERNAL: { status: 500, title: 'Something went wrong in the service' },
} as const);

/** A code of the chassis. */
export type ErrorCode = keyof typeof errorCodes;

/** What a KeelsonError is made from, besides its code and message. */
export interface KeelsonErrorOptions {
  /** May the same call be tried again with hope of success? Stated where the error is made. */
  retryable: boolean;
  /** HTTP status to answer with, 400 to 599; another counts as not given. @default the status of the code's row in `errorCodes`, 500 for a code of your own */
  status?: number;
  /** The error that led to this one; kept for logs, never sent to a caller. */
  cause?: unknown;
  /** Facts about this failure. They become members of the problem document, so put no secret here. */
  details?: Readonly<Record<string, unknown>>;
}

const brand = Symbol.for('keelson.error/1');

/**
 * The one error class of the chassis. Test for it with {@link isKeelsonError}, never with `instanceof` or by message:
 * the guard also knows errors made by another copy of the package.
 *
 * Its message and details are meant for callers: the HTTP side sends them as problem+json. Services may use codes of their own.
 */
export class KeelsonError extends Error {
  /** Stable, for programs. */
  readonly code: ErrorCode | (string & {});
  /** Whether the same call may be tried again. */
  readonly retryable: boolean;
  /** The HTTP status this error is answered with. */
  readonly status: number;
  /** Facts about this failure, safe to show. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode | (string & {}), message: string, options: KeelsonErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KeelsonError';
    this.code = code;
    this.retryable = options.retryable;
    this.status = isErrorStatus(options.status) ? options.status : statusOf(code);
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
}

function isErrorStatus(status: number | undefined): status is number {
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599;
}

function statusOf(code: string): number {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode].status : 500;
}

/** Is this an error of the chassis (of whichever copy of the package), and of this code if one is given? */
export function isKeelsonError(error: unknown, code?: ErrorCode | (string & {})): error is KeelsonError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
