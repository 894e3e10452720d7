/** What a health check answers with. Returning nothing means UP. */
export interface CheckResult {
  /** @default 'UP' */
  status?: 'UP' | 'DOWN' | 'OUT_OF_SERVICE' | 'UNKNOWN';
  /** Shown in /health to callers with access. Secrets are masked by key. */
  details?: Record<string, unknown>;
}

/** A health check: throws or answers DOWN when the thing is not well. The signal aborts when its time is up. */
export type CheckFunction = (signal: AbortSignal) => CheckResult | void | Promise<CheckResult | void>;

/**
 * Something with a life: a server, a broker connection, a database pool. The service starts components in the order in which
 * they were given and stops them in reverse. Constructing one opens nothing.
 */
export interface Component {
  /** Unique within the service; names it in logs, errors and /health. */
  readonly name: string;
  /** Opens what it needs. The signal aborts when the service gives up starting; a start that goes on all the same is waited for for a second. */
  start?(signal: AbortSignal): Promise<void> | void;
  /** Closes everything it opened. Called once, also when its own start failed half way. The signal aborts when the time for it is up. */
  stop?(signal: AbortSignal): Promise<void> | void;
  /** If present, becomes a check of this name in /health. */
  check?: CheckFunction;
}
