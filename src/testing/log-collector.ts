import { type LogOutput } from '../logging';

/** A line of the log, as it was written. */
export interface LogEvent {
  readonly timestamp: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** Of a named logger. */
  readonly logger?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

/** Keeps what is logged. */
export class LogCollector implements LogOutput {
  readonly writableLength = 0;
  readonly #events: LogEvent[] = [];

  write(chunk: string, done?: () => void): boolean {
    for (const line of chunk.split('\n')) if (line !== '') this.#events.push(eventOf(line));
    done?.();
    return true;
  }

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }
}

/** With log.format `pretty` a line is all there is. */
function eventOf(line: string): LogEvent {
  try {
    return JSON.parse(line) as LogEvent;
  } catch {
    return { timestamp: '', level: 'info', message: line };
  }
}
