/** From most to least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a log line carries besides its message. An error goes in as `{ err }`. */
export type LogFields = Record<string, unknown>;

/** Writes structured log lines. A level that is switched off costs a comparison and nothing else. */
export interface Logger {
  /** For whoever looks for a fault. Off by default. */
  debug(message: string, fields?: LogFields): void;
  /** Something happened that belongs to normal operation. */
  info(message: string, fields?: LogFields): void;
  /** Something is not as it should be, and the service copes. */
  warn(message: string, fields?: LogFields): void;
  /** Something failed. */
  error(message: string, fields?: LogFields): void;
  /** Would a line of this level be written? For work done only to log. */
  isEnabled(level: LogLevel): boolean;
  /** A logger that adds these fields to each line. */
  child(fields: LogFields): Logger;
  /** A logger with a name of its own, whose level can be set apart (`/loggers`). */
  named(name: string): Logger;
}

const nothing = (): void => undefined;

/** Writes nothing. */
export const noopLogger: Logger = Object.freeze({
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  isEnabled: () => false,
  child: () => noopLogger,
  named: () => noopLogger,
});
