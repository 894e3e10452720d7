/** A log line, read. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The lines that were written to standard output since `captureLog()`. */
export interface CapturedLog {
  readonly lines: LogLine[];
  /** Those with this message. */
  named(message: string): LogLine[];
  restore(): void;
}

/** Takes what services in this process log, instead of the terminal. */
export function captureLog(): CapturedLog {
  const lines: LogLine[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk, encoding, done) => {
    for (const text of String(chunk).split('\n')) if (text.startsWith('{')) lines.push(JSON.parse(text) as LogLine);
    const written = typeof encoding === 'function' ? encoding : done;
    written?.(null);
    return true;
  });
  return {
    lines,
    named: (message) => lines.filter((line) => line.message === message),
    restore: () => spy.mockRestore(),
  };
}
