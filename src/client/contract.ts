/** Header names in lower case to values; a name that came several times has a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Query parameters. Undefined ones are left out; a list repeats the name. */
export type Query = Readonly<
  Record<string, string | number | boolean | undefined | readonly (string | number | boolean)[]>
>;

/** What every call may say. */
export interface CallOptions {
  /** Added to the query of the path. */
  readonly query?: Query;
  /** Header fields of your own; they win over those of the client, but for what carries the trace and the deadline. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the call up when it aborts. Beside it counts the signal of the request being handled, for GET and HEAD (see `abortWithCaller`). */
  readonly signal?: AbortSignal;
  /** How long the whole call may take, in milliseconds; the deadline of the request being handled counts where it comes first. @default the client's `timeoutMs` */
  readonly timeoutMs?: number;
  /** True: doing it twice is as good as once, so it may be repeated after it was sent. @default true for GET, HEAD, OPTIONS, PUT and DELETE */
  readonly idempotent?: boolean;
  /** What a sticky balancer and a rate limit tell calls apart by. */
  readonly key?: string;
  /** Give the call up when the caller of the request being handled goes away. @default true for GET and HEAD, else false: what changes something is finished */
  readonly abortWithCaller?: boolean;
}

/** A call in full. */
export interface ServiceRequest extends CallOptions {
  /** Upper case. @default GET */
  readonly method?: string;
  /** Begins with a slash; encoded already. It may have a query. */
  readonly path: string;
  /** A string or bytes go as they are; anything else as JSON. */
  readonly body?: unknown;
}

/** An answer with a status of 2xx. */
export interface ServiceResponse<T> {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** JSON decoded, other text as text, everything else as bytes (Uint8Array). Undefined when there is none. */
  readonly body: T;
}

/**
 * Calls one other service. Every call has a deadline, goes to an instance that is well, is repeated on another one where that is safe, and carries trace,
 * request id and what is left of the deadline.
 *
 * @throws HTTP_STATUS (not 2xx; `details.status`, and what the other side said as its cause), TIMEOUT and DEADLINE_EXCEEDED, CONNECTION_FAILED, NO_INSTANCE, BREAKER_OPEN, BULKHEAD_FULL, ABORTED,
 * PAYLOAD_INVALID (an answer that is no JSON though it says so), PAYLOAD_TOO_LARGE (an answer over `maxResponse`). `details.outcome` is 'unknown' where
 * the other side may have done what it was asked though no answer came
 */
export interface ServiceClient {
  /** What it calls: a service's name or an origin. */
  readonly name: string;
  /** GET. @returns the decoded body */
  get<T = unknown>(path: string, options?: CallOptions): Promise<T>;
  /** DELETE. @returns the decoded body */
  delete<T = unknown>(path: string, options?: CallOptions): Promise<T>;
  /** POST. @returns the decoded body */
  post<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  /** PUT. @returns the decoded body */
  put<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  /** PATCH. @returns the decoded body */
  patch<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  /** Any method. @returns status, header fields and the decoded body */
  request<T = unknown>(request: ServiceRequest): Promise<ServiceResponse<T>>;
}
