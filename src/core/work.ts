import { type Clock } from './clock';
import { type Logger } from './logger';
import { type TraceIds } from './trace';

/** What a handler can ask about the request or message that it is handling. */
export interface WorkContext {
  /** The caller's X-Request-Id if it was well-formed, else a new one. */
  readonly requestId: string;
  /** 32 hex digits; there is always one, also when nothing is sampled or exported. */
  readonly traceId: string;
  /** When the caller stops waiting: milliseconds since the epoch by the clock that does not jump. Undefined: never. */
  readonly deadline: number | undefined;
  /** Aborts when the caller has gone, the deadline has passed or the service is forced to stop. Pass it to what you call. */
  readonly signal: AbortSignal;
  /** The service's logger; lines written within this work carry its ids. */
  readonly log: Logger;
}

/** What the process is doing just now, as seen from a piece of asynchronous code. */
export interface Scope {
  readonly work: WorkContext | undefined;
  readonly trace: TraceIds | undefined;
  /** The tracing part's own state for this scope (`WorkSpan.seed`). Nobody else reads it. */
  telemetry: unknown;
  /** In tests: what services and pipelines are made with that are made within this scope. But for the clock it is the service part's own. */
  readonly parts?: { readonly clock: Clock };
}
